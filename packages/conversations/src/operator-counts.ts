import type { Message } from "./message.ts";

/** How many messages each operator wrote. */
export class OperatorCounts {
  readonly #counts = new Map<string, number>();

  /** A message that an operator sent; -1 takes it back. */
  add({ author: { id } }: Message, by: 1 | -1): void {
    if (id === "") return;
    const count = (this.#counts.get(id) ?? 0) + by;
    if (count === 0) this.#counts.delete(id);
    else this.#counts.set(id, count);
  }

  /** User ids, sorted. */
  ids(): string[] {
    return [...this.#counts.keys()].sort();
  }
}
