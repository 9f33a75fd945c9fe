// A station's first frame may overtake hostapd's word that the station is there: the frame takes one way through the kernel,
// the word another through ubusd. What came too early is kept for a moment, or the station would have to ask again,
// a second later.

import type { MacAddress } from '../../octets/address.ts';
import type { Frame } from '../../wire/frames.ts';

type EarlyFrame = { readonly frame: Frame; readonly interfaceName: string; readonly receivedAtMs: number };

const KEPT_MS = 2000;
const MOST_FRAMES = 64;

export class EarlyFrames {
  readonly #bySource = new Map<MacAddress, EarlyFrame>();

  /** The last frame of each source, and of the sources the latest. */
  keep(frame: Frame, interfaceName: string, nowMs: number): void {
    this.#bySource.delete(frame.source);
    this.#bySource.set(frame.source, { frame, interfaceName, receivedAtMs: nowMs });
    if (this.#bySource.size <= MOST_FRAMES) return;
    for (const oldest of this.#bySource.keys()) {
      this.#bySource.delete(oldest);
      return;
    }
  }

  take(source: MacAddress, interfaceName: string, nowMs: number): Frame | undefined {
    const early = this.#bySource.get(source);
    this.#bySource.delete(source);
    const isOfNow = early?.interfaceName === interfaceName && nowMs - early.receivedAtMs <= KEPT_MS;
    return isOfNow ? early.frame : undefined;
  }
}
