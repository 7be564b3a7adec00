/** Keys that belong together, in groups that have no key in common. */
export class Groups {
  readonly #parents = new Map<string, string>();

  /** These keys belong together. */
  join(keys: readonly string[]): void {
    const [first, ...others] = keys;
    if (first === undefined) return;
    const root = this.rootOf(first);
    for (const other of others) this.#parents.set(this.rootOf(other), root);
  }

  /** The key that stands for its group. */
  rootOf(key: string): string {
    let root = key;
    for (
      let next = this.#parents.get(root);
      next !== undefined && next !== root;
      next = this.#parents.get(root)
    )
      root = next;
    this.#parents.set(key, root);
    return root;
  }
}
