import type { ComponentCache } from "./component-cache.ts";
import type { Of, StateReader } from "./read-state.ts";
import type { Work } from "./work.ts";

/**
 * `one`: no other process writes these tables, so that what was read or written once need not be read again. `several`: others may write
 * facts and state of the same chats at any time.
 */
export type Writers = "one" | "several";

type Known = { reader: StateReader; cache: ComponentCache; writers: Writers };

/** Reads what is not in memory of these portals: bots, and facts that name no chat. */
export async function loadPortals(
  { reader, cache, writers }: Known,
  portals: readonly string[],
): Promise<void> {
  const unknown =
    writers === "several" ? portals : portals.filter((portal) => cache.portal(portal) === undefined);
  if (unknown.length === 0) return;
  const [bots, strays] = await Promise.all([reader.bots(unknown), reader.strays(unknown)]);
  for (const { portal, bot, isFolded } of bots) {
    const state = cache.portalOrNew(portal);
    state.bots.add(bot);
    if (!isFolded) state.unfoldedBots.add(bot);
  }
  for (const { portal, fact } of strays)
    if (fact.kind === "message") cache.portalOrNew(portal).addStray(fact);
}

/** Bots of which the state does not know yet; adds the chats in which they wrote to the work. */
export async function findBots(
  { reader, cache }: Known,
  work: ReadonlyMap<string, Work>,
): Promise<Of<string>[]> {
  const found: Of<string>[] = [];
  for (const [portal, { bots }] of work) {
    const state = cache.portalOrNew(portal);
    for (const bot of bots) if (!state.bots.has(bot)) state.unfoldedBots.add(bot);
    for (const bot of state.unfoldedBots) {
      state.bots.add(bot);
      found.push({ portal, value: bot });
    }
  }
  if (found.length === 0) return found;
  for (const { portal, value } of await reader.writtenBy(found)) work.get(portal)?.keys.add(value);
  return found;
}

/** The messages of facts that name no chat; adds the chats that have these messages to the work. */
export async function findStrays(
  { reader, cache }: Known,
  work: ReadonlyMap<string, Work>,
): Promise<Of<string>[]> {
  const found: Of<string>[] = [];
  for (const [portal, { facts }] of work)
    for (const fact of facts) {
      if (fact.kind !== "message" || !fact.name.startsWith("m")) continue;
      cache.portalOrNew(portal).addStray(fact);
      found.push({ portal, value: fact.key });
    }
  if (found.length === 0) return found;
  for (const { portal, value } of await reader.holding(found)) work.get(portal)?.keys.add(value);
  return found;
}
