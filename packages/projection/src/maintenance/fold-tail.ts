import { decodeRecord } from "@portalstream/events";
import type { Projection } from "../projection.ts";
import { type ChatFacts, chatFactsOf } from "../state/chat-facts.ts";
import { StateFold } from "../state/state-fold.ts";
import type { LogPlace } from "./ledger.ts";
import { livePartitions, nextAt } from "./places.ts";
import type { MaintenanceWorld } from "./world.ts";

const mostTogether = 2_000;

export type Tables = { tableOf: (table: string) => string; generation: number };

/** Folds the chats again that records from `places` to the log's present end tell of; their facts are in the tables. */
export async function foldTail(
  { log, db }: MaintenanceWorld,
  projection: Projection,
  places: readonly LogPlace[],
  { tableOf, generation }: Tables,
): Promise<void> {
  const fold = new StateFold({
    db,
    layout: projection.state,
    tableOf,
    generation: async () => generation,
    writers: "several",
  });
  let chatFacts: ChatFacts[] = [];
  for (const { topic, partition, end } of await livePartitions(log, projection)) {
    for await (const { value } of log.read(topic, partition, nextAt(places, topic, partition), end)) {
      const one = readChatFacts(value);
      if (one !== null) chatFacts.push(one);
      if (chatFacts.length < mostTogether) continue;
      await fold.apply(chatFacts);
      chatFacts = [];
    }
  }
  await fold.apply(chatFacts);
}

/** Null also for what cannot be projected: it has no rows either. */
function readChatFacts(value: Uint8Array): ChatFacts | null {
  try {
    return chatFactsOf(decodeRecord(value));
  } catch {
    return null;
  }
}
