import type { Component, Fact, NameFact } from "@portalstream/conversations";
import { Groups } from "./groups.ts";
import { keyOfFact } from "./load-groups.ts";
import { keysOf } from "./name-table.ts";
import type { Work } from "./work.ts";

export type SplitWork = {
  known: Map<Component, { names: NameFact[]; facts: Fact[] }>;
  /** What belongs to chats that have to be read. */
  rest: Work;
};

/** Tells what belongs to chats in memory. Names that lead to several of them, or to others too, are for chats that are to be read. */
export function splitWork(components: ReadonlyMap<string, Component>, work: Work): SplitWork {
  const groups = new Groups();
  for (const name of work.names) groups.join(keysOf(name));
  const keys = Map.groupBy(
    new Set([...work.names.flatMap(keysOf), ...work.facts.map(keyOfFact), ...work.keys]),
    (key) => groups.rootOf(key),
  );
  const ofGroup = new Map<string, Component>();
  for (const [group, own] of keys) {
    const [first, ...others] = new Set(own.map((key) => components.get(key)));
    if (first !== undefined && others.length === 0 && !own.some((key) => work.keys.has(key)))
      ofGroup.set(group, first);
  }
  const known: SplitWork["known"] = new Map();
  const rest: Work = { facts: [], names: [], keys: new Set(), bots: work.bots };
  const placeOf = (key: string) => {
    const component = ofGroup.get(groups.rootOf(key));
    if (component === undefined) return rest;
    const place = known.get(component) ?? { names: [], facts: [] };
    known.set(component, place);
    return place;
  };
  for (const name of work.names) placeOf(keysOf(name)[0] ?? "").names.push(name);
  for (const fact of work.facts) placeOf(keyOfFact(fact)).facts.push(fact);
  for (const [group, own] of keys) if (!ofGroup.has(group)) for (const key of own) rest.keys.add(key);
  return { known, rest };
}
