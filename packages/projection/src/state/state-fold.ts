import { Component, FactSet } from "@portalstream/conversations";
import { GroupCommit } from "../group-commit.ts";
import { Rows } from "../rows.ts";
import type { ChatFacts } from "./chat-facts.ts";
import { ComponentCache } from "./component-cache.ts";
import { foldPortals } from "./fold-portals.ts";
import { insertRows } from "./insert-rows.ts";
import { relocated, type StateLayout } from "./layout.ts";
import { loadGroups } from "./load-groups.ts";
import { findBots, findStrays, loadPortals, type Writers } from "./load-portals.ts";
import { outdatedOf } from "./outdated.ts";
import type { PortalState } from "./portal-state.ts";
import { type Of, StateReader } from "./read-state.ts";
import { splitWork } from "./split-work.ts";
import type { StateDb } from "./state-db.ts";
import { versionOf } from "./version.ts";
import { type Work, workOf } from "./work.ts";

export type StateTarget = {
  db: StateDb;
  layout: StateLayout;
  /** Where the projection's tables are. */
  tableOf: (table: string) => string;
  /** Asks for the generation that rows are of. */
  generation: () => Promise<number>;
  writers: Writers;
};

const mostCachedFacts = 250_000;
/** Of batches that are folded together. */
const mostFactsTogether = 64_000;

type Stored = { batch: readonly ChatFacts[]; stored: Promise<unknown> };

/**
 * Keeps state tables up to date: reads the facts of the chats that new facts belong to, or has them in memory, folds them, and inserts
 * the rows that changed. The rows of a chat itself come last, so that they tell that all others are in.
 */
export class StateFold {
  readonly #target: StateTarget;
  readonly #reader: StateReader;
  readonly #cache = new ComponentCache(mostCachedFacts);
  /** Batches of several topics are folded one after the other; those that wait meanwhile are folded together. */
  readonly #batches = new GroupCommit<Stored>(mostFactsTogether, (batches) => this.#applyAll(batches));
  #last: Promise<unknown> = Promise.resolve();
  #generation = 0;

  constructor(target: StateTarget) {
    this.#target = target;
    this.#reader = new StateReader(target.db, relocated(target.layout, target.tableOf));
  }

  /**
   * The chat facts of a batch, which are in the tables when `stored` resolves (default: they are). Resolves when the state is in, too.
   * With one writer, what is there already is read meanwhile.
   */
  apply(batch: readonly ChatFacts[], stored: Promise<unknown> = Promise.resolve()): Promise<void> {
    const facts = batch.reduce((sum, one) => sum + one.facts.length, 0);
    return this.#batches.add({ batch, stored }, facts);
  }

  #applyAll(batches: readonly Stored[]): Promise<void> {
    const stored = Promise.all(batches.map((one) => one.stored));
    // Awaited only after what is there was read.
    stored.catch(() => {});
    return this.#inTurn(async () => {
      const all = batches.flatMap(({ batch }) => batch);
      if (this.#target.writers === "several" || all.length === 0) await stored;
      await this.#apply(all, stored);
    });
  }

  /** Facts of these portals are in the tables that were not given to `apply`. */
  forget(portals: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      for (const portal of portals) this.#cache.dropPortal(portal);
    });
  }

  /**
   * Folds the chats of the listed portals whose state is of fewer facts than the tables hold. The list is made when it is this one's
   * turn. Resolves with the portals.
   */
  async catchUp(
    list: () => Promise<readonly string[]>,
    onFacts: (count: number) => void,
  ): Promise<readonly string[]> {
    let portals: readonly string[] = [];
    await this.#inTurn(async () => {
      portals = await list();
      for (const portal of portals) this.#cache.dropPortal(portal);
      const { db, layout, tableOf, writers } = this.#target;
      const chats = { kind: "outdated", mayOthersWrite: writers === "several" } as const;
      const isOfNow = async () => (await this.#target.generation()) === this.#generation;
      // Rows of a former generation do not count: a rebuild may have exchanged the tables meanwhile.
      for (let isDone = portals.length === 0; !isDone; ) {
        await this.#followGeneration();
        const generation = this.#generation;
        const to = { db, layout, tableOf, generation, portals, chats, onFacts, mayGoOn: isOfNow };
        isDone = (await foldPortals(to)) && (await isOfNow());
      }
    });
    return portals;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work).catch((error: unknown) => {
      this.#cache.clear();
      throw error;
    });
    this.#last = done.catch(() => {});
    return done;
  }

  async #apply(batch: readonly ChatFacts[], stored: Promise<unknown>): Promise<void> {
    if (batch.length === 0) return;
    await this.#followGeneration();
    const work = workOf(batch);
    const known = { reader: this.#reader, cache: this.#cache, writers: this.#target.writers };
    await loadPortals(known, [...work.keys()]);
    const newBots = await findBots(known, work);
    const strays = await findStrays(known, work);
    await this.#fold(work, [...newBots, ...strays], stored);
    await this.#markFolded(newBots);
  }

  /** After a rebuild the tables hold other facts than those in memory. */
  async #followGeneration(): Promise<void> {
    const generation = await this.#target.generation();
    if (generation === this.#generation) return;
    this.#cache.clear();
    this.#generation = generation;
  }

  /** `changing`: bots, and facts that name no chat, which change chats that have no new facts of their own. */
  async #fold(
    work: ReadonlyMap<string, Work>,
    changing: readonly Of<string>[],
    stored: Promise<unknown>,
  ): Promise<void> {
    const rows = new Rows();
    const last = new Rows();
    const cold = new Map<string, Work>();
    for (const [portal, one] of work) {
      const { known, rest } = splitWork(this.#portal(portal).components, one);
      for (const [component, { names, facts }] of known) {
        component.addNames(names);
        component.add(facts);
      }
      const outdated =
        this.#target.writers === "several" ? await this.#outdated(portal, [...known.keys()]) : [];
      for (const component of outdated) {
        for (const key of this.#cache.keysOf(component)) rest.keys.add(key);
        const own = known.get(component);
        rest.facts.push(...(own?.facts ?? []));
        rest.names.push(...(own?.names ?? []));
        known.delete(component);
        this.#cache.drop(component);
      }
      for (const component of known.keys())
        this.#settle(portal, component, this.#cache.keysOf(component), "changes", rows, last);
      if (rest.facts.length + rest.keys.size > 0) cold.set(portal, rest);
    }
    const refolded = new Set(changing.map(({ portal }) => portal));
    if (cold.size > 0) await this.#foldRead(cold, refolded, rows, last);
    await stored;
    await this.#insert(rows);
    await this.#insert(last);
  }

  #outdated(portal: string, components: readonly Component[]): Promise<Component[]> {
    const keys = components.map((one): [Component, readonly string[]] => [one, this.#cache.keysOf(one)]);
    return outdatedOf(this.#reader, portal, new Map(keys));
  }

  async #foldRead(
    work: ReadonlyMap<string, Work>,
    refolded: ReadonlySet<string>,
    rows: Rows,
    last: Rows,
  ): Promise<void> {
    const isOnlyWriter = this.#target.writers === "one";
    const loaded = await loadGroups(this.#reader, work, isOnlyWriter);
    for (const [portal, groups] of loaded) {
      const state = this.#portal(portal);
      for (const { keys, names, facts, added, stored } of groups) {
        for (const key of keys) {
          const outdated = state.components.get(key);
          if (outdated !== undefined) this.#cache.drop(outdated);
        }
        const component = new Component(state.context);
        component.addNames(names);
        if (isOnlyWriter) {
          const own = new FactSet(added);
          component.add(facts.filter((fact) => !own.has(fact)));
          component.settle("nothing");
          component.expect(stored);
        } else component.add(facts);
        component.add(added);
        const isSure = isOnlyWriter && !refolded.has(portal);
        this.#settle(portal, component, [...keys], isSure ? "changes" : "all", rows, last);
      }
    }
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
    const version = versionOf(this.#generation, component.facts + state.bots.size);
    for (const update of updates) this.#target.layout.addState(rows, last, portal, version, update);
    this.#cache.keep(state, component, keys);
  }

  async #markFolded(bots: readonly Of<string>[]): Promise<void> {
    if (bots.length === 0) return;
    const rows = new Rows();
    for (const { portal, value } of bots) {
      rows.add(this.#target.layout.foldedBots, [portal, value]);
      this.#portal(portal).unfoldedBots.delete(value);
    }
    await this.#insert(rows);
  }

  #insert(rows: Rows): Promise<void> {
    const { db, tableOf } = this.#target;
    return insertRows(rows, (table, chunks) => db.insert(tableOf(table), chunks));
  }

  #portal(id: string): PortalState {
    return this.#cache.portalOrNew(id);
  }
}
