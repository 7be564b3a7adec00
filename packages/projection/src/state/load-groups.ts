import type { Fact, NameFact, StoredChat } from "@portalstream/conversations";
import { nameOfPlace } from "./chat-facts.ts";
import { Groups } from "./groups.ts";
import { keysOf } from "./name-table.ts";
import type { Of, StateReader } from "./read-state.ts";
import type { Work } from "./work.ts";

/**
 * Chats that belong together, as far as their names tell. `facts`: those in the tables, which may hold `added`, those of the work.
 * `stored`: their rows.
 */
export type Loaded = {
  keys: Set<string>;
  names: NameFact[];
  facts: Fact[];
  added: Fact[];
  stored: StoredChat[];
};

/** All chats that belong together with the work, by portal; with their rows where these are wanted. */
export async function loadGroups(
  reader: StateReader,
  work: ReadonlyMap<string, Work>,
  withRows: boolean,
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
  for (const [portal, { facts, names: added, keys }] of work) {
    for (const key of [...keys, ...facts.map(keyOfFact), ...added.flatMap(keysOf)]) need(portal, key);
    for (const fact of added) {
      names.get(portal)?.push(fact);
      groups.get(portal)?.join(keysOf(fact));
    }
  }
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
    const addedByGroup = Map.groupBy(
      work.get(portal)?.facts ?? [],
      (fact) => groups.get(portal)?.rootOf(keyOfFact(fact)) ?? "",
    );
    loaded.set(
      portal,
      [...own].map(([group, keys]) => {
        const one: Loaded = {
          keys: new Set(keys),
          names: namesByGroup.get(group) ?? [],
          facts: [],
          added: addedByGroup.get(group) ?? [],
          stored: [],
        };
        for (const name of storedNames(one)) {
          byName.set(`${portal} ${name}`, one);
          wanted.push({ portal, value: name });
        }
        return one;
      }),
    );
  }
  const [facts, rows] = await Promise.all([reader.facts(wanted), withRows ? reader.chats(wanted) : []]);
  for (const { portal, fact } of facts) byName.get(`${portal} ${fact.name}`)?.facts.push(fact);
  for (const { portal, value } of rows) byName.get(`${portal} ${value.chatId}`)?.stored.push(value);
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
