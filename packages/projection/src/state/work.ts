import type { Fact, NameFact } from "@portalstream/conversations";
import type { ChatFacts } from "./chat-facts.ts";

/** Facts of a portal that are to be folded, after they were inserted. `keys`: of names whose chats are to be folded in any case. */
export type Work = { facts: Fact[]; names: NameFact[]; keys: Set<string>; bots: Set<string> };
/** By portal. */
export function workOf(batch: readonly ChatFacts[]): Map<string, Work> {
  const work = new Map<string, Work>();
  for (const { portal, facts, names, bots } of batch) {
    const one = work.get(portal) ?? { facts: [], names: [], keys: new Set(), bots: new Set() };
    work.set(portal, one);
    for (const fact of facts) one.facts.push(fact);
    for (const name of names) one.names.push(name);
    for (const bot of bots) one.bots.add(bot);
  }
  return work;
}
