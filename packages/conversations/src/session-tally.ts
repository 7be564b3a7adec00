import type { Direction } from "./fact.ts";
import { compareText, type Message } from "./message.ts";
import { OperatorCounts } from "./operator-counts.ts";

export type Counts = { inbound: number; outbound: number; system: number };
/** `operator`: "" where the event does not tell who it was. */
export type Response = { at: number; operator: string };

export const wayOf = ({ author, direction }: Message): Direction | "system" =>
  author.kind === "system" ? "system" : direction;

/** What was said in one session, kept up to date message by message. */
export class SessionTally {
  readonly counts: Counts = { inbound: 0, outbound: 0, system: 0 };
  readonly operators = new OperatorCounts();
  #firstInboundAt: number | null = null;
  #response: Message | null = null;
  /** Whether the firsts are to be looked for among all messages. */
  #stale = false;
  #answers = 0;

  add(message: Message): void {
    this.counts[wayOf(message)] += 1;
    if (isQuestion(message)) this.#addQuestion(message.at);
    if (!isAnswer(message)) return;
    this.operators.add(message, 1);
    this.#answers += 1;
    if (this.#firstInboundAt === null || message.at < this.#firstInboundAt) return;
    if (this.#response === null || compareSent(message, this.#response) < 0) this.#response = message;
  }

  remove(message: Message): void {
    this.counts[wayOf(message)] -= 1;
    if (isQuestion(message) && message.at === this.#firstInboundAt) this.#stale = true;
    if (!isAnswer(message)) return;
    this.operators.add(message, -1);
    this.#answers -= 1;
    if (message === this.#response) this.#stale = true;
  }

  /** `messages`: all that are in it, in order; read only where something came before the firsts, or they went. */
  firsts(messages: () => Iterable<Message>): {
    firstInboundAt: number | null;
    firstResponse: Response | null;
  } {
    if (this.#stale) this.#find([...messages()]);
    const response = this.#response;
    return {
      firstInboundAt: this.#firstInboundAt,
      firstResponse: response === null ? null : { at: response.at, operator: response.author.id },
    };
  }

  #addQuestion(at: number): void {
    if (this.#firstInboundAt !== null && at >= this.#firstInboundAt) return;
    this.#firstInboundAt = at;
    // Answers that were too early may be in time now; one second may hold both, in any order.
    if (this.#answers > 0) this.#stale = true;
  }

  #find(messages: readonly Message[]): void {
    const at = messages.find(isQuestion)?.at ?? null;
    this.#firstInboundAt = at;
    this.#response = at === null ? null : (messages.find((one) => isAnswer(one) && one.at >= at) ?? null);
    this.#stale = false;
  }
}

const isQuestion = ({ direction, author }: Message) => direction === "inbound" && author.kind === "customer";
/** Bots and the system do not answer. */
const isAnswer = ({ direction, author }: Message) => direction === "outbound" && author.kind === "operator";
const compareSent = (a: Message, b: Message) => a.at - b.at || compareText(a.id, b.id);
