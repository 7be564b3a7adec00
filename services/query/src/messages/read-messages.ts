import type { ClickHouse } from "@portalstream/clickhouse";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { isoTimeOf } from "../http/time.ts";
import { loadSqlWithIncludes } from "../timeline/include-sql.ts";
import type { Timeline } from "../timeline/load-timelines.ts";
import type { MessagePoint } from "../timeline/points.ts";
import { sessionAt } from "../timeline/session-at.ts";
import { type Message, MessageFile } from "./message.ts";

const readSql = loadSqlWithIncludes(import.meta.url, "read-messages.sql");

/** Which message it is, before what it says is read. */
export type FoundMessage = Pick<MessagePoint, "messageId" | "at" | "direction" | "author">;

type Row = {
  messageId: string;
  connector: string;
  line: string;
  bitrixMessageId: string;
  externalMessageIds: string[];
  authorName: string;
  text: string | null;
  files: string;
  editedAt: number | null;
  deletedAt: number | null;
  source: "connector" | "bot";
  eventIds: string[];
};

/** These messages whole, in the same order. */
export async function readMessages(
  db: ClickHouse,
  portal: string,
  found: readonly { message: FoundMessage; timeline: Timeline }[],
): Promise<Message[]> {
  if (found.length === 0) return [];
  const messageIds = found.map(({ message }) => message.messageId);
  const rows = new Map(
    (await db.query<Row>(readSql, { portal, messageIds })).map((row) => [row.messageId, row]),
  );
  return found.flatMap(({ message, timeline }) => {
    const row = rows.get(message.messageId);
    return row === undefined ? [] : [messageOf(message, row, timeline)];
  });
}

function messageOf(
  { messageId, at, direction, author }: FoundMessage,
  row: Row,
  timeline: Timeline,
): Message {
  return {
    messageId,
    chatId: timeline.name.chatId,
    connector: row.connector || null,
    line: row.line || null,
    bitrixMessageId: row.bitrixMessageId || null,
    externalMessageIds: row.externalMessageIds,
    direction,
    author: { kind: author.kind, id: author.id || null, name: row.authorName || null },
    text: row.text,
    files: filesOf(row.files),
    sentAt: isoTimeOf(at),
    editedAt: row.editedAt === null ? null : isoTimeOf(row.editedAt),
    deletedAt: row.deletedAt === null ? null : isoTimeOf(row.deletedAt),
    sessionId: sessionAt(timeline.sessions, at)?.sessionId ?? null,
    source: row.source,
    eventIds: row.eventIds,
  };
}

const Files = Type.Array(MessageFile);

function filesOf(json: string): Static<typeof Files> {
  return json === "" ? [] : Value.Parse(Files, JSON.parse(json));
}
