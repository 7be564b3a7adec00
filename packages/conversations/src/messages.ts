import type { MessageFact } from "./fact.ts";
import { type Message, messageOf } from "./message.ts";

/** `message`: what was made of the facts last. */
type Entry = { facts: [MessageFact, ...MessageFact[]]; message: Message | null; isOutdated: boolean };

/** The messages of one chat, by id. A message is made of its facts again when these, or the known bots, change. */
export class Messages {
  readonly #entries = new Map<string, Entry>();
  #outdated: Entry[] = [];

  add(fact: MessageFact): void {
    const known = this.#entries.get(fact.key);
    if (known !== undefined) {
      known.facts.push(fact);
      this.#outdate(known);
      return;
    }
    const entry: Entry = { facts: [fact], message: null, isOutdated: true };
    this.#entries.set(fact.key, entry);
    this.#outdated.push(entry);
  }

  /** Whether authors of messages are bots, now that these user ids are known as bots'. */
  learnBots(ids: ReadonlySet<string>): boolean {
    for (const entry of this.#entries.values()) {
      const author = entry.message?.author;
      if (author?.kind === "operator" && ids.has(author.id)) this.#outdate(entry);
    }
    return this.#outdated.length > 0;
  }

  /** Makes the outdated messages, and gives each with what it was before. */
  renew(bots: ReadonlySet<string>, onRenewed: (now: Message, before: Message | null) => void): void {
    for (const entry of this.#outdated) {
      const { facts, message: before } = entry;
      const [{ key }] = facts;
      // Facts that come later must not be in a message that was made before.
      const now = messageOf(key, facts.length === 1 ? facts : [...facts], bots);
      entry.message = now;
      entry.isOutdated = false;
      onRenewed(now, before);
    }
    this.#outdated = [];
  }

  #outdate(entry: Entry): void {
    if (entry.isOutdated) return;
    entry.isOutdated = true;
    this.#outdated.push(entry);
  }
}
