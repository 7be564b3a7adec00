import { type Fact, factId } from "./fact.ts";

/** Facts, each once. They are found by their events first: most events state one fact, whose id need not be made. */
export class FactSet {
  /** Of an event that stated several, the ids. */
  readonly #byEvent = new Map<string, Fact | Set<string>>();
  #size = 0;

  constructor(facts: Iterable<Fact> = []) {
    for (const fact of facts) this.add(fact);
  }

  get size(): number {
    return this.#size;
  }

  has(fact: Fact): boolean {
    const known = this.#byEvent.get(fact.eventId);
    if (known === undefined) return false;
    return known instanceof Set ? known.has(factId(fact)) : factId(known) === factId(fact);
  }

  /** False: it is in already. */
  add(fact: Fact): boolean {
    if (this.has(fact)) return false;
    const known = this.#byEvent.get(fact.eventId);
    if (known === undefined) this.#byEvent.set(fact.eventId, fact);
    else if (known instanceof Set) known.add(factId(fact));
    else this.#byEvent.set(fact.eventId, new Set([factId(known), factId(fact)]));
    this.#size += 1;
    return true;
  }
}
