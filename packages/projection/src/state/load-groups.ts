import type { Fact, NameFact } from "@portalstream/conversations";
import { nameOfPlace } from "./chat-facts.ts";
import { Groups } from "./groups.ts";
import { keysOf } from "./name-table.ts";
import type { Of, StateReader } from "./read-state.ts";
import type { Work } from "./work.ts";

/** Chats that belong together, as far as their names tell. */
export type Loaded = { keys: Set<string>; names: NameFact[]; facts: Fact[] };

/** Names and facts of all chats that belong together with the work, by portal. */
export async function loadGroups(
  reader: StateReader,
  work: ReadonlyMap<string, Work>,
): Promise<Map<string, Loaded[]>> {
  const groups = new Map([...work.keys()].map((portal) => [portal, new Groups()]));
  const names = new Map([...work.keys()].map((portal): [string, NameFact[]] => [portal, []]));
  const keys = new Map([...work.keys()].map((portal) => [portal, new Set<string>()]));
  let unread: Of<string>[] = [];
  const need = (portal: string, key: string) => {
    if (keys.get(portal)?.has(key) !== false) return;
    keys.get(portal)?.add(key);
    unread.push({ portal, value: key });
  };
  for (const [portal, { facts, names, keys }] of work)
    for (const key of [...keys, ...facts.map(keyOfFact), ...names.flatMap(keysOf)]) need(portal, key);
  while (unread.length > 0) {
    const reading = unread;
    unread = [];
    for (const { portal, fact } of await reader.names(reading)) {
      names.get(portal)?.push(fact);
      groups.get(portal)?.join(keysOf(fact));
      for (const key of keysOf(fact)) need(portal, key);
    }
  }
  const loaded = new Map<string, Loaded[]>();
  const byName = new Map<string, Loaded>();
  const wanted: Of<string>[] = [];
  for (const portal of work.keys()) {
    const own = Map.groupBy(keys.get(portal) ?? [], (key) => groups.get(portal)?.rootOf(key) ?? key);
    const namesByGroup = Map.groupBy(names.get(portal) ?? [], (fact) => {
      const [key = ""] = keysOf(fact);
      return groups.get(portal)?.rootOf(key) ?? key;
    });
    loaded.set(
      portal,
      [...own].map(([group, keys]) => {
        const one: Loaded = { keys: new Set(keys), names: namesByGroup.get(group) ?? [], facts: [] };
        for (const name of storedNames(one)) {
          byName.set(`${portal} ${name}`, one);
          wanted.push({ portal, value: name });
        }
        return one;
      }),
    );
  }
  for (const { portal, fact } of await reader.facts(wanted))
    byName.get(`${portal} ${fact.name}`)?.facts.push(fact);
  return loaded;
}

/** The key under which the names of a fact's chat are found. */
export const keyOfFact = ({ name, place }: Fact): string => (name.startsWith("x") ? place : name);

/** The names under which facts of these chats may lie. */
function storedNames({ keys, names }: Loaded): Set<string> {
  const stored = new Set([...keys].filter((key) => !key.startsWith("x")));
  for (const { place, user } of names) if (place !== null) stored.add(nameOfPlace(place, user));
  return stored;
}
