import type { ClickHouse } from "@portalstream/clickhouse";
import { Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { PortalParameter, readRoute } from "../http/route.ts";
import { type ChatFilter, chatNames } from "../timeline/chat-names.ts";
import { loadTimelines, type Timeline } from "../timeline/load-timelines.ts";
import { stateTables } from "../timeline/tables.ts";
import { Chat, ChatStates, chatsOf, stateOf } from "./chat.ts";

const Cursor = Type.String();

/** GET chats: by chat id, so that a page stays where it is while chats go on. */
export const listChats = readRoute({
  path: "/v1/portals/:portal/chats",
  access: "portal",
  tag: "chats",
  summary: "Chats of a portal, by chat id",
  params: Type.Object(PortalParameter),
  querystring: Type.Object(
    {
      line: Type.Optional(Type.String()),
      connector: Type.Optional(Type.String()),
      state: Type.Optional(ChatStates),
      externalChatId: Type.Optional(Type.String()),
      bitrixChatId: Type.Optional(Type.String()),
      ...pageParameters,
    },
    { additionalProperties: false },
  ),
  response: PageOf(Chat),
  handler: async (db, { params: { portal }, query: { cursor, limit, state, ...filter } }) => {
    const after = decodeCursor(Cursor, cursor) ?? "";
    const batch = state === undefined ? limit + 1 : 1_000;
    const found: Timeline[] = [];
    for await (const timeline of timelinesAfter(db, portal, { ...filter, after, limit: batch })) {
      if (state === undefined || stateOf(timeline) === state) found.push(timeline);
      if (found.length > limit) break;
    }
    const page = pageOf(
      found,
      limit,
      (timeline) => timeline,
      (timeline) => timeline.name.chatId,
    );
    return { ...page, items: await chatsOf(db, portal, page.items) };
  },
});

// The state of a chat is known only once its sessions are folded, so who looks for one reads on until there are enough.
async function* timelinesAfter(
  db: ClickHouse,
  portal: string,
  filter: Partial<ChatFilter> & { after: string; limit: number },
): AsyncGenerator<Timeline> {
  let { after } = filter;
  for (;;) {
    const names = await chatNames(db, stateTables, portal, { ...filter, after });
    yield* await loadTimelines(db, portal, names);
    const last = names.at(-1);
    if (last === undefined || names.length < filter.limit) return;
    after = last.chatId;
  }
}
