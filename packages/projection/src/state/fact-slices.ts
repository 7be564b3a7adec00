import { Component, type Fact, type NameFact } from "@portalstream/conversations";
import { nameOfPlace } from "./chat-facts.ts";
import { Groups } from "./groups.ts";
import { keysOf } from "./name-table.ts";
import { PortalState } from "./portal-state.ts";
import { mostTogether, type Of, type StateReader } from "./read-state.ts";

/**
 * Facts that are read and held at once, unless chats that belong together have more. Few: what is held while more is made is copied by
 * each collection of the young generation.
 */
const sliceFacts = 60_000;

/** `all`: of tables without state. `outdated`: those whose state is of fewer facts than there are. */
export type WantedChats = { kind: "all" } | { kind: "outdated"; mayOthersWrite: boolean };

/** Chats that belong together, whole. `isFresh`: no state of their portal was ever written. */
export type Chats = { portal: string; isFresh: boolean; names: NameFact[]; facts: Fact[] };
export type Slice = { states: ReadonlyMap<string, PortalState>; chats: readonly Chats[] };

/** The wanted chats of these portals, or of all (null): several small portals together, a large one in parts. */
export async function* slicesOf(
  reader: StateReader,
  portals: readonly string[] | null,
  wanted: WantedChats,
): AsyncGenerator<Slice> {
  for (const group of groupsOf(await countsOf(reader, portals)))
    if (wanted.kind === "all" && group.facts <= sliceFacts) yield await whole(reader, group.portals);
    else yield* parts(reader, group.portals, wanted);
}

async function countsOf(reader: StateReader, portals: readonly string[] | null) {
  if (portals === null) return reader.counts(null);
  const counts: { portal: string; facts: number }[] = [];
  for (let from = 0; from < portals.length; from += mostTogether)
    counts.push(...(await reader.counts(portals.slice(from, from + mostTogether))));
  return counts;
}

type PortalGroup = { portals: string[]; facts: number };

function groupsOf(counts: readonly { portal: string; facts: number }[]): PortalGroup[] {
  const groups: PortalGroup[] = [];
  for (const { portal, facts } of counts) {
    const last = groups.at(-1);
    const isFull =
      last === undefined || last.facts + facts > sliceFacts || last.portals.length === mostTogether;
    if (isFull) groups.push({ portals: [portal], facts });
    else {
      last.portals.push(portal);
      last.facts += facts;
    }
  }
  return groups;
}

async function whole(reader: StateReader, portals: readonly string[]): Promise<Slice> {
  const [sorting, facts] = await Promise.all([sortingOf(reader, portals), reader.factsOf(portals)]);
  for (const { portal, fact } of facts) sorting.chatsOf(portal, fact.name).facts.push(fact);
  return { states: sorting.states, chats: sorting.all };
}

type Counted = { names: string[]; facts: number };

async function* parts(
  reader: StateReader,
  portals: readonly string[],
  wanted: WantedChats,
): AsyncGenerator<Slice> {
  const sorting = await sortingOf(reader, portals);
  const counted = new Map<Chats, Counted>();
  let total = 0;
  for (const { portal, name, facts } of await reader.nameCounts(portals)) {
    const chats = sorting.chatsOf(portal, name);
    const one = counted.get(chats) ?? { names: [], facts: 0 };
    counted.set(chats, one);
    one.names.push(name);
    one.facts += facts;
    total += facts;
  }
  if (wanted.kind === "outdated")
    await keepOutdated(reader, portals, sorting, counted, wanted.mayOthersWrite);
  const chosen = [...counted.values()].reduce((sum, { facts }) => sum + facts, 0);
  if (total <= sliceFacts && chosen * 2 >= total) {
    for (const { portal, fact } of await reader.factsOf(portals)) {
      const chats = sorting.chatsOf(portal, fact.name);
      if (counted.has(chats)) chats.facts.push(fact);
    }
    yield { states: sorting.states, chats: [...counted.keys()] };
    return;
  }
  const read = async (part: readonly Chats[]): Promise<Slice> => {
    const names = part.flatMap((one) =>
      (counted.get(one)?.names ?? []).map((value) => ({ portal: one.portal, value })),
    );
    for (const { portal, fact } of await reader.facts(names))
      sorting.chatsOf(portal, fact.name).facts.push(fact);
    return { states: sorting.states, chats: part };
  };
  let [part, facts]: [Chats[], number] = [[], 0];
  for (const [chats, count] of counted) {
    if (facts + count.facts > sliceFacts && part.length > 0) {
      yield await read(part);
      // What was folded is not held any longer.
      for (const one of part) one.facts.length = 0;
      [part, facts] = [[], 0];
    }
    part.push(chats);
    facts += count.facts;
  }
  if (part.length > 0) yield await read(part);
}

/** Leaves those chats whose stored rows may not be of all their facts, or of all bots. */
async function keepOutdated(
  reader: StateReader,
  portals: readonly string[],
  { states, all, chatsOf }: Sorting,
  counted: Map<Chats, Counted>,
  mayOthersWrite: boolean,
): Promise<void> {
  const written = await reader.portalsWithState(portals);
  for (const chats of all) chats.isFresh = !mayOthersWrite && !written.has(chats.portal);
  const stored = new Map(
    (await reader.chatsOf(portals)).map(({ portal, value }) => [`${portal} ${value.chatId}`, value]),
  );
  const [bots, strays]: [Of<string>[], Of<string>[]] = [[], []];
  for (const [portal, { unfoldedBots, strays: known }] of states) {
    for (const value of unfoldedBots) bots.push({ portal, value });
    for (const value of known.keys()) strays.push({ portal, value });
  }
  const touched = [...(await reader.writtenBy(bots)), ...(await reader.holding(strays))];
  const refolded = new Set(touched.map(({ portal, value }) => chatsOf(portal, value)));
  for (const [chats, { names, facts }] of counted) {
    const { portal } = chats;
    const component = new Component(states.get(portal)?.context ?? new PortalState().context);
    component.addNames(chats.names);
    const rows = [...new Set([...names, ...component.names, ...component.chatIds])].flatMap(
      (name) => stored.get(`${portal} ${name}`) ?? [],
    );
    if (!refolded.has(chats) && component.isStoredAs(rows, facts)) counted.delete(chats);
  }
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
  for (const { portal, bot, isFolded } of bots) {
    states.get(portal)?.bots.add(bot);
    if (!isFolded) states.get(portal)?.unfoldedBots.add(bot);
  }
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
    const chats: Chats = { portal, isFresh: true, names: [], facts: [] };
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
