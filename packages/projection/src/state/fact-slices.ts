import { Component, type Fact, type NameFact } from "@portalstream/conversations";
import { nameOfPlace } from "./chat-facts.ts";
import { Groups } from "./groups.ts";
import { keysOf } from "./name-table.ts";
import { PortalState } from "./portal-state.ts";
import type { StateReader } from "./read-state.ts";

/** Facts that are read and held at once, unless chats that belong together have more. */
const sliceFacts = 60_000;

/** Chats that belong together, whole. */
export type Chats = { portal: string; component: Component; names: NameFact[]; facts: Fact[] };
export type Slice = { states: ReadonlyMap<string, PortalState>; components: readonly Chats[] };

/** All chats of these portals, or of all (null): several small portals together, a large one in parts. */
export async function* slicesOf(
  reader: StateReader,
  portals: readonly string[] | null,
): AsyncGenerator<Slice> {
  let small: string[] = [];
  let together = 0;
  for (const { portal, facts } of await reader.counts(portals)) {
    if (facts > sliceFacts) {
      yield* partsOf(reader, portal);
      continue;
    }
    if (together + facts > sliceFacts) {
      yield await whole(reader, small);
      [small, together] = [[], 0];
    }
    small.push(portal);
    together += facts;
  }
  if (small.length > 0) yield await whole(reader, small);
}

async function whole(reader: StateReader, portals: readonly string[]): Promise<Slice> {
  const [sorting, facts] = await Promise.all([sortingOf(reader, portals), reader.factsOf(portals)]);
  for (const { portal, fact } of facts) sorting.chatsOf(portal, fact.name).facts.push(fact);
  return { states: sorting.states, components: sorting.all };
}

async function* partsOf(reader: StateReader, portal: string): AsyncGenerator<Slice> {
  const sorting = await sortingOf(reader, [portal]);
  const names = new Map<Chats, string[]>();
  const counts = new Map<Chats, number>();
  for (const { name, facts } of await reader.nameCounts(portal)) {
    const chats = sorting.chatsOf(portal, name);
    names.set(chats, [...(names.get(chats) ?? []), name]);
    counts.set(chats, (counts.get(chats) ?? 0) + facts);
  }
  let [part, facts]: [Chats[], number] = [[], 0];
  const finish = async (): Promise<Slice> => {
    const wanted = part.flatMap((chats) => names.get(chats) ?? []);
    for (const { fact } of await reader.facts(wanted.map((value) => ({ portal, value }))))
      sorting.chatsOf(portal, fact.name).facts.push(fact);
    return { states: sorting.states, components: part };
  };
  for (const [chats, count] of counts) {
    if (facts + count > sliceFacts && part.length > 0) {
      yield await finish();
      // What was folded is not held any longer.
      for (const one of part) one.facts.length = 0;
      [part, facts] = [[], 0];
    }
    part.push(chats);
    facts += count;
  }
  if (part.length > 0) yield await finish();
}

type Sorting = {
  states: ReadonlyMap<string, PortalState>;
  all: readonly Chats[];
  /** The chats that facts under this name belong to. */
  chatsOf(portal: string, name: string): Chats;
};

/** What the names of these portals tell of which facts belong together. */
async function sortingOf(reader: StateReader, portals: readonly string[]): Promise<Sorting> {
  const [bots, strays, names] = await Promise.all([
    reader.bots(portals),
    reader.strays(portals),
    reader.namesOf(portals),
  ]);
  const states = new Map(portals.map((portal) => [portal, new PortalState()]));
  for (const { portal, bot } of bots) states.get(portal)?.bots.add(bot);
  for (const { portal, fact } of strays) if (fact.kind === "message") states.get(portal)?.addStray(fact);
  const groups = new Groups();
  for (const { portal, fact } of names) groups.join(keysOf(fact).map((key) => `${portal} ${key}`));
  const all: Chats[] = [];
  const byGroup = new Map<string, Chats>();
  const byName = new Map<string, Chats>();
  const ofGroup = (portal: string, key: string): Chats => {
    const group = groups.rootOf(`${portal} ${key}`);
    const known = byGroup.get(group);
    if (known !== undefined) return known;
    const { context } = states.get(portal) ?? new PortalState();
    const chats: Chats = { portal, component: new Component(context), names: [], facts: [] };
    byGroup.set(group, chats);
    all.push(chats);
    return chats;
  };
  for (const { portal, fact } of names) {
    const chats = ofGroup(portal, keysOf(fact)[0] ?? "");
    chats.names.push(fact);
    if (fact.place !== null) byName.set(`${portal} ${nameOfPlace(fact.place, fact.user)}`, chats);
  }
  const chatsOf = (portal: string, name: string) => byName.get(`${portal} ${name}`) ?? ofGroup(portal, name);
  return { states, all, chatsOf };
}
