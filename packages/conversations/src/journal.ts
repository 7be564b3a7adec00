/** Changes in the order of the points that caused them, so that a fold can go back to before a point. */
export class Journal {
  readonly #changes: { at: number; undo: () => void }[] = [];

  record(at: number, undo: () => void): void {
    this.#changes.push({ at, undo });
  }

  /** Takes back what points from this place on have changed. */
  rollBack(to: number): void {
    for (let last = this.#changes.at(-1); last !== undefined && last.at >= to; last = this.#changes.at(-1)) {
      this.#changes.pop();
      last.undo();
    }
  }
}
