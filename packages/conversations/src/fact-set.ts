import { type Fact, isSameFact } from "./fact.ts";

/** Facts, each once. They are kept by their events, since an id made of all that tells facts apart would be long. */
export class FactSet {
  readonly #byEvent = new Map<string, Fact | Fact[]>();
  #size = 0;

  constructor(facts: Iterable<Fact> = []) {
    for (const fact of facts) this.add(fact);
  }

  get size(): number {
    return this.#size;
  }

  has(fact: Fact): boolean {
    const known = this.#byEvent.get(fact.eventId);
    return known !== undefined && includes(known, fact);
  }

  /** False: it is in already. */
  add(fact: Fact): boolean {
    const known = this.#byEvent.get(fact.eventId);
    if (known !== undefined && includes(known, fact)) return false;
    if (known === undefined) this.#byEvent.set(fact.eventId, fact);
    else if (Array.isArray(known)) known.push(fact);
    else this.#byEvent.set(fact.eventId, [known, fact]);
    this.#size += 1;
    return true;
  }
}

const includes = (known: Fact | readonly Fact[], fact: Fact): boolean =>
  "kind" in known ? isSameFact(known, fact) : known.some((one) => isSameFact(one, fact));
