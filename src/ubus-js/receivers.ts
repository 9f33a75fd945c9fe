// The anonymous objects that notifications and events are delivered to. A notification does not say which object sent
// it, nor an event which pattern it matched: so each subscription and each registration has a receiver of its own.

export type Source =
  | { readonly kind: 'object'; readonly objectId: number }
  | { readonly kind: 'events'; readonly pattern: string };

export type Receiver<Purpose> = {
  readonly purpose: Purpose;
  readonly source: Source;
  /** The receiver's own id on the bus, once ubusd has given it. */
  id: number | undefined;
};

export class Receivers<Purpose> {
  readonly #byId = new Map<number, Receiver<Purpose>>();
  readonly #all = new Set<Receiver<Purpose>>();

  add(purpose: Purpose, source: Source): Receiver<Purpose> {
    const receiver = { purpose, source, id: undefined };
    this.#all.add(receiver);
    return receiver;
  }

  /** False where the receiver was removed before it had an id. */
  setId(receiver: Receiver<Purpose>, id: number): boolean {
    receiver.id = id;
    if (!this.#all.has(receiver)) return false;
    this.#byId.set(id, receiver);
    return true;
  }

  remove(receiver: Receiver<Purpose>): void {
    this.#all.delete(receiver);
    if (receiver.id !== undefined) this.#byId.delete(receiver.id);
  }

  withId(id: number): Receiver<Purpose> | undefined {
    return this.#byId.get(id);
  }

  subscribedTo(objectId: number): Receiver<Purpose> | undefined {
    for (const receiver of this.#all) {
      if (receiver.source.kind === 'object' && receiver.source.objectId === objectId) return receiver;
    }
    return undefined;
  }

  clear(): void {
    this.#all.clear();
    this.#byId.clear();
  }
}
