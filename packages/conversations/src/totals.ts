import { wayOf } from "./describe-sessions.ts";
import type { Message } from "./message.ts";

export type ChatCounts = {
  inbound: number;
  outbound: number;
  system: number;
  edited: number;
  deleted: number;
};
type Contribution = { message: Message; operator: string };

/** Counts of a chat's counted messages, kept up to date message by message. */
export class Totals {
  readonly counts: ChatCounts = { inbound: 0, outbound: 0, system: 0, edited: 0, deleted: 0 };
  readonly #contributions = new Map<string, Contribution>();
  readonly #operators = new Map<string, number>();

  /** Null: the message does not count. */
  set(id: string, message: Message | null): void {
    const before = this.#contributions.get(id);
    if (before !== undefined) this.#add(before, -1);
    this.#contributions.delete(id);
    if (message === null) return;
    const { direction, author } = message;
    const operator = direction === "outbound" && author.kind === "operator" ? author.id : "";
    const contribution = { message, operator };
    this.#contributions.set(id, contribution);
    this.#add(contribution, 1);
  }

  /** User ids of the operators who wrote, sorted. */
  operators(): string[] {
    return [...this.#operators.keys()].sort();
  }

  #add({ message, operator }: Contribution, by: 1 | -1): void {
    this.counts[wayOf(message)] += by;
    if (message.edited) this.counts.edited += by;
    if (message.deleted) this.counts.deleted += by;
    if (operator === "") return;
    const count = (this.#operators.get(operator) ?? 0) + by;
    if (count === 0) this.#operators.delete(operator);
    else this.#operators.set(operator, count);
  }
}
