// The mobility binding list (RFC 5944 §3.8.2.2) of every mobile node that is away: one binding, or two where the node asked
// to keep the former beside the new one (the S bit) and the home agent serves that. The kernel's route leads to the first
// of the two; the second gets copies. When the first ends, the second becomes the first.

import type { Ipv4Address } from '../../octets/address.ts';
import { ExpiringTable, earlier } from '../expiring-table.ts';
import { isSameTunnel } from './accepted-binding.ts';
import type { MobilityBinding } from './mobility-binding.ts';

/** What the kernel should have. Wanting again for the same home address replaces what was wanted before. */
export type BindingEffect = {
  readonly kind: 'bindingWanted' | 'bindingUnwanted' | 'copiesWanted' | 'copiesUnwanted';
  readonly binding: MobilityBinding;
};

export class MobilityBindings {
  readonly #first = new ExpiringTable<MobilityBinding>();
  readonly #second = new ExpiringTable<MobilityBinding>();

  get size(): number {
    return this.#first.size + this.#second.size;
  }

  *all(): Iterable<MobilityBinding> {
    yield* this.#first.all();
    yield* this.#second.all();
  }

  isBound(homeAddress: Ipv4Address): boolean {
    return this.#first.get(homeAddress) !== undefined;
  }

  of(homeAddress: Ipv4Address): MobilityBinding[] {
    const bindings = [this.#first.get(homeAddress), this.#second.get(homeAddress)];
    return bindings.filter((binding) => binding !== undefined);
  }

  at(homeAddress: Ipv4Address, careOfAddress: Ipv4Address): MobilityBinding | undefined {
    return this.of(homeAddress).find((binding) => binding.careOfAddress === careOfAddress);
  }

  /** The one binding of the node from now on. */
  setOnly(binding: MobilityBinding): BindingEffect[] {
    const { homeAddress } = binding;
    const first = this.#first.get(homeAddress);
    const second = this.#second.get(homeAddress);
    this.#first.set(binding);
    // Most requests are renewals, which change nothing in the kernel.
    const wanted: BindingEffect[] =
      first === undefined || !isSameTunnel(first, binding) ? [{ kind: 'bindingWanted', binding }] : [];
    if (second === undefined) return wanted;
    this.#second.delete(homeAddress);
    return [...wanted, { kind: 'copiesUnwanted', binding: second }];
  }

  /** Beside another one of the node, if it has one. Both are to have the same encapsulation. */
  setBeside(binding: MobilityBinding): BindingEffect[] {
    const { homeAddress, careOfAddress } = binding;
    const first = this.#first.get(homeAddress);
    const isFirst = first === undefined || first.careOfAddress === careOfAddress;
    const before = isFirst ? first : this.#second.get(homeAddress);
    (isFirst ? this.#first : this.#second).set(binding);
    if (before !== undefined && isSameTunnel(before, binding)) return [];
    return [{ kind: isFirst ? 'bindingWanted' : 'copiesWanted', binding }];
  }

  delete(binding: MobilityBinding): BindingEffect[] {
    const { homeAddress, careOfAddress } = binding;
    if (this.#first.get(homeAddress)?.careOfAddress === careOfAddress) {
      this.#first.delete(homeAddress);
      return this.#firstGone(binding);
    }
    if (this.#second.get(homeAddress)?.careOfAddress !== careOfAddress) return [];
    this.#second.delete(homeAddress);
    return [{ kind: 'copiesUnwanted', binding }];
  }

  nextExpiry(): number | undefined {
    return earlier(this.#first.nextExpiry(), this.#second.nextExpiry());
  }

  /** Takes out one whose time has come. */
  takeExpired(nowMs: number): { readonly binding: MobilityBinding; readonly effects: BindingEffect[] } | undefined {
    const second = this.#second.takeExpired(nowMs);
    if (second !== undefined) return { binding: second, effects: [{ kind: 'copiesUnwanted', binding: second }] };
    const first = this.#first.takeExpired(nowMs);
    return first && { binding: first, effects: this.#firstGone(first) };
  }

  /** The route leads to the other one before the copies end. */
  #firstGone(binding: MobilityBinding): BindingEffect[] {
    const second = this.#second.get(binding.homeAddress);
    if (second === undefined) return [{ kind: 'bindingUnwanted', binding }];
    this.#second.delete(binding.homeAddress);
    this.#first.set(second);
    return [
      { kind: 'bindingWanted', binding: second },
      { kind: 'copiesUnwanted', binding: second },
    ];
  }
}
