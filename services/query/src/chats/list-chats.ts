import type { ClickHouse } from "@portalstream/clickhouse";
import { Type } from "@sinclair/typebox";
import { decodeCursor, PageOf, pageOf, pageParameters } from "../http/paging.ts";
import { readRoute } from "../http/route.ts";
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
  params: Type.Object({ portal: Type.String() }),
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
    const wanted = (timeline: Timeline) => state === undefined || stateOf(timeline) === state;
    const found = await take(db, portal, { ...filter, after }, limit + 1, wanted);
    const page = pageOf(
      found,
      limit,
      (timeline) => timeline,
      (timeline) => timeline.name.chatId,
    );
    return { ...page, items: await chatsOf(db, portal, page.items) };
  },
});

// The state of a chat is known only once its sessions are folded, so chats are read on until enough of them are as wanted.
async function take(
  db: ClickHouse,
  portal: string,
  filter: Partial<ChatFilter> & { after: string },
  count: number,
  wanted: (timeline: Timeline) => boolean,
): Promise<Timeline[]> {
  const found: Timeline[] = [];
  let { after } = filter;
  while (found.length < count) {
    const names = await chatNames(db, stateTables, portal, { ...filter, after, limit: count });
    found.push(...(await loadTimelines(db, portal, names)).filter(wanted));
    const last = names.at(-1);
    if (last === undefined || names.length < count) break;
    after = last.chatId;
  }
  return found.slice(0, count);
}
