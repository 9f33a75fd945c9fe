// A set of which somebody else has a copy: it is asked now and then for what has changed. What came and went in between
// has not.

export class ChangingSet<Member> {
  readonly #members = new Set<Member>();
  readonly #changes = new Set<Member>();

  update(member: Member, isIn: boolean): void {
    if (isIn === this.#members.has(member)) return;
    if (isIn) this.#members.add(member);
    else this.#members.delete(member);
    if (!this.#changes.delete(member)) this.#changes.add(member);
  }

  takeChanges(): { readonly wanted: readonly Member[]; readonly unwanted: readonly Member[] } {
    const changed = [...this.#changes];
    this.#changes.clear();
    return {
      wanted: changed.filter((member) => this.#members.has(member)),
      unwanted: changed.filter((member) => !this.#members.has(member)),
    };
  }
}
