import { giveBack } from "@portalstream/clickhouse";
import { Component, type Fact, factId, type NameFact } from "@portalstream/conversations";
import { Rows } from "../rows.ts";
import { ComponentCache } from "./component-cache.ts";
import { Groups } from "./groups.ts";
import type { StateLayout } from "./layout.ts";
import { keyOfFact, loadGroups, type Work } from "./load-groups.ts";
import { keysOf } from "./name-table.ts";
import type { PortalState } from "./portal-state.ts";
import { type Of, StateReader } from "./read-state.ts";
import type { StateDb } from "./state-db.ts";
import type { Told } from "./told.ts";
import { versionOf } from "./version.ts";

/**
 * `one`: nobody else writes these tables, so that what was read or written once need not be read again. `several`: others may write
 * facts and state of the same chats at any time.
 */
export type Writers = "one" | "several";

const mostCachedFacts = 250_000;

/**
 * Keeps state tables up to date: reads the facts of the chats that new facts belong to, or has them in memory, folds them, and inserts
 * the rows that changed. The rows of a chat itself come last, so that they tell that all others are in.
 */
export class StateFold {
  readonly #db: StateDb;
  readonly #layout: StateLayout;
  readonly #writers: Writers;
  readonly #reader: StateReader;
  readonly #cache = new ComponentCache(mostCachedFacts);
  /** Batches of several topics are folded one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(db: StateDb, layout: StateLayout, writers: Writers) {
    this.#db = db;
    this.#layout = layout;
    this.#writers = writers;
    this.#reader = new StateReader(db, layout);
  }

  /** What a batch told, of which all facts are in the tables. Resolves when the state is in, too. */
  apply(told: readonly Told[]): Promise<void> {
    const applied = this.#last.then(() => this.#apply(told));
    this.#last = applied.catch(() => {});
    return applied;
  }

  async #apply(told: readonly Told[]): Promise<void> {
    if (told.length === 0) return;
    try {
      const work = workOf(told);
      await this.#loadPortals([...work.keys()]);
      const newBots = await this.#findBots(work);
      await this.#findStrays(work);
      await this.#fold(work, newBots);
      await this.#markFolded(newBots);
      if (this.#writers === "several") this.#cache.clear();
    } catch (error) {
      this.#cache.clear();
      throw error;
    }
  }

  async #loadPortals(portals: readonly string[]): Promise<void> {
    const unknown = portals.filter((portal) => this.#cache.portal(portal) === undefined);
    if (unknown.length === 0) return;
    for (const portal of unknown) this.#cache.addPortal(portal);
    const [bots, strays] = await Promise.all([this.#reader.bots(unknown), this.#reader.strays(unknown)]);
    for (const { portal, bot, isFolded } of bots) {
      const state = this.#portal(portal);
      state.bots.add(bot);
      if (!isFolded) state.unfoldedBots.add(bot);
    }
    for (const { portal, fact } of strays) if (fact.kind === "message") this.#portal(portal).addStray(fact);
  }

  /** Bots of which the state does not know yet; adds the chats in which they wrote to the work. */
  async #findBots(work: ReadonlyMap<string, Work>): Promise<Of<string>[]> {
    const found: Of<string>[] = [];
    for (const [portal, { bots }] of work) {
      const state = this.#portal(portal);
      for (const bot of bots) if (!state.bots.has(bot)) state.unfoldedBots.add(bot);
      for (const bot of state.unfoldedBots) {
        state.bots.add(bot);
        found.push({ portal, value: bot });
      }
    }
    if (found.length === 0) return found;
    for (const { portal, value } of await this.#reader.writtenBy(found)) work.get(portal)?.keys.add(value);
    return found;
  }

  /** Facts that name no chat belong to the chats that have their message. */
  async #findStrays(work: ReadonlyMap<string, Work>): Promise<void> {
    const found: Of<string>[] = [];
    for (const [portal, { facts }] of work)
      for (const fact of facts) {
        if (fact.kind !== "message" || !fact.name.startsWith("m")) continue;
        this.#portal(portal).addStray(fact);
        found.push({ portal, value: fact.key });
      }
    if (found.length === 0) return;
    for (const { portal, value } of await this.#reader.holding(found)) work.get(portal)?.keys.add(value);
  }

  async #fold(work: ReadonlyMap<string, Work>, newBots: readonly Of<string>[]): Promise<void> {
    const rows = new Rows();
    const last = new Rows();
    const cold = new Map<string, Work>();
    for (const [portal, one] of work) {
      const rest = this.#foldKnown(portal, one, rows, last);
      if (rest !== null) cold.set(portal, rest);
    }
    const refolded = new Set(newBots.map(({ portal }) => portal));
    if (cold.size > 0) await this.#foldRead(cold, refolded, rows, last);
    await this.#insert(rows);
    await this.#insert(last);
  }

  /** Folds what belongs to chats in memory; answers the rest. */
  #foldKnown(portal: string, work: Work, rows: Rows, last: Rows): Work | null {
    const state = this.#portal(portal);
    const groups = groupsOf(work.names);
    const keysByGroup = Map.groupBy([...work.names.flatMap(keysOf), ...work.keys], (key) =>
      groups.rootOf(key),
    );
    const known = new Map<string, Component>();
    for (const [group, keys] of keysByGroup) {
      const components = new Set(keys.map((key) => state.components.get(key)));
      const [only] = components;
      if (components.size === 1 && only !== undefined && keys.every((key) => !work.keys.has(key)))
        known.set(group, only);
    }
    const groupOfFact = (fact: Fact) => groups.rootOf(keyOfFact(fact));
    const groupOfName = (name: NameFact) => groups.rootOf(keysOf(name)[0] ?? "");
    const names = Map.groupBy(work.names, groupOfName);
    const facts = Map.groupBy(work.facts, groupOfFact);
    for (const [group, component] of known) {
      component.addNames(names.get(group) ?? []);
      component.add(facts.get(group) ?? []);
      this.#settle(portal, component, this.#cache.keysOf(component), "changes", rows, last);
    }
    const isCold = (group: string) => !known.has(group);
    const rest: Work = {
      facts: work.facts.filter((fact) => isCold(groupOfFact(fact))),
      names: work.names.filter((name) => isCold(groupOfName(name))),
      keys: new Set([...keysByGroup].flatMap(([group, keys]) => (isCold(group) ? keys : []))),
      bots: work.bots,
    };
    return rest.facts.length + rest.keys.size === 0 ? null : rest;
  }

  async #foldRead(
    work: ReadonlyMap<string, Work>,
    refolded: ReadonlySet<string>,
    rows: Rows,
    last: Rows,
  ): Promise<void> {
    const loaded = await loadGroups(this.#reader, work);
    const components: { portal: string; component: Component; keys: string[]; added: Fact[] }[] = [];
    for (const [portal, groups] of loaded) {
      const state = this.#portal(portal);
      const added = new Set(this.#writers === "one" ? work.get(portal)?.facts.map(factId) : []);
      for (const { keys, names, facts } of groups) {
        for (const key of keys) {
          const outdated = state.components.get(key);
          if (outdated !== undefined) this.#cache.drop(outdated);
        }
        const component = new Component(state.context);
        component.addNames(names);
        component.add(facts.filter((fact) => !added.has(factId(fact))));
        components.push({
          portal,
          component,
          keys: [...keys],
          added: facts.filter((fact) => added.has(factId(fact))),
        });
      }
    }
    if (this.#writers === "one") await this.#expectStored(components);
    for (const { portal, component, keys, added } of components) {
      component.add(added);
      const isSure = this.#writers === "one" && !refolded.has(portal);
      this.#settle(portal, component, keys, isSure ? "changes" : "all", rows, last);
    }
  }

  async #expectStored(components: readonly { portal: string; component: Component }[]): Promise<void> {
    for (const { component } of components) component.settle("nothing");
    const ids = components.flatMap(({ portal, component }) =>
      [...component.chatIds].map((value) => ({ portal, value })),
    );
    const stored = Map.groupBy(await this.#reader.chats(ids), ({ portal }) => portal);
    for (const { portal, component } of components)
      component.expect((stored.get(portal) ?? []).map(({ value }) => value));
  }

  #settle(
    portal: string,
    component: Component,
    keys: readonly string[],
    wanted: "changes" | "all",
    rows: Rows,
    last: Rows,
  ): void {
    const state = this.#portal(portal);
    const updates = component.settle(wanted);
    const version = versionOf(component.facts + state.bots.size);
    for (const update of updates) this.#layout.addState(rows, last, portal, version, update);
    this.#cache.keep(state, component, keys);
  }

  async #markFolded(bots: readonly Of<string>[]): Promise<void> {
    if (bots.length === 0) return;
    const rows = new Rows();
    for (const { portal, value } of bots) {
      rows.add(this.#layout.foldedBots, [portal, value]);
      this.#portal(portal).unfoldedBots.delete(value);
    }
    await this.#insert(rows);
  }

  async #insert(rows: Rows): Promise<void> {
    await Promise.all(
      [...rows.tables()].map(async ([table, chunks]) => {
        await this.#db.insert(table, chunks);
        giveBack(chunks);
      }),
    );
  }

  #portal(id: string): PortalState {
    return this.#cache.portal(id) ?? this.#cache.addPortal(id);
  }
}

function workOf(told: readonly Told[]): Map<string, Work> {
  const work = new Map<string, Work>();
  for (const { portal, facts, names, bots } of told) {
    const one = work.get(portal) ?? { facts: [], names: [], keys: new Set(), bots: new Set() };
    work.set(portal, one);
    for (const fact of facts) one.facts.push(fact);
    for (const name of names) one.names.push(name);
    for (const bot of bots) one.bots.add(bot);
  }
  return work;
}

function groupsOf(names: readonly NameFact[]): Groups {
  const groups = new Groups();
  for (const name of names) groups.join(keysOf(name));
  return groups;
}
