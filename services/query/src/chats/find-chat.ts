import type { ClickHouse } from "@portalstream/clickhouse";
import { problem } from "../http/problems.ts";
import { chatNamesOf } from "../timeline/chat-names.ts";
import { loadTimelines, type Timeline } from "../timeline/load-timelines.ts";

/** The chat of this id or alias; 404 where no event names it. */
export async function findChat(db: ClickHouse, portal: string, chatId: string): Promise<Timeline> {
  const [timeline] = await loadTimelines(db, portal, await chatNamesOf(db, portal, [chatId]));
  if (timeline === undefined) throw problem("chat_not_found");
  return timeline;
}
