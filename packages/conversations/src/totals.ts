import type { Message } from "./message.ts";
import { OperatorCounts } from "./operator-counts.ts";
import { wayOf } from "./session-tally.ts";

export type ChatCounts = {
  inbound: number;
  outbound: number;
  system: number;
  edited: number;
  deleted: number;
};

/** Counts of a chat's counted messages, kept up to date message by message. */
export class Totals {
  readonly counts: ChatCounts = { inbound: 0, outbound: 0, system: 0, edited: 0, deleted: 0 };
  readonly operators = new OperatorCounts();

  /** -1 takes the message back. */
  add(message: Message, by: 1 | -1): void {
    const { direction, author, edited, deleted } = message;
    this.counts[wayOf(message)] += by;
    if (edited) this.counts.edited += by;
    if (deleted) this.counts.deleted += by;
    if (direction === "outbound" && author.kind === "operator") this.operators.add(message, by);
  }
}
