import type { ClickHouse } from "@portalstream/clickhouse";
import { type Static, Type } from "@sinclair/typebox";
import { Value } from "@sinclair/typebox/value";
import { isoTimeOf } from "../http/time.ts";
import { loadSqlWithIncludes } from "../timeline/include-sql.ts";
import type { Timeline } from "../timeline/load-timelines.ts";
import type { AuthorKind, Direction } from "../timeline/points.ts";
import { sessionAt } from "../timeline/session-at.ts";
import { stateTables } from "../timeline/tables.ts";
import { type Message, MessageFile } from "./message.ts";

const readSql = loadSqlWithIncludes(import.meta.url, "read-messages.sql");

export type MessageRow = {
  messageId: string;
  chatId: string;
  connector: string;
  line: string;
  bitrixMessageId: string;
  externalMessageIds: string[];
  direction: Direction;
  authorKind: AuthorKind;
  authorId: string;
  authorName: string;
  text: string | null;
  files: string;
  sentAt: number;
  editedAt: number | null;
  deletedAt: number | null;
  source: "connector" | "bot";
  eventIds: string[];
};

/** These messages by id. */
export async function readMessages(
  db: ClickHouse,
  portal: string,
  messageIds: readonly string[],
): Promise<Map<string, MessageRow>> {
  if (messageIds.length === 0) return new Map();
  const { messages, chatNames, bots } = stateTables;
  const rows = await db.query<MessageRow>(readSql, { messages, chatNames, bots, portal, messageIds });
  return new Map(rows.map((row) => [row.messageId, row]));
}

export function messageOf(row: MessageRow, timeline: Timeline | undefined): Message {
  const {
    connector,
    line,
    bitrixMessageId,
    authorKind,
    authorId,
    authorName,
    sentAt,
    editedAt,
    deletedAt,
    ...rest
  } = row;
  return {
    ...rest,
    connector: connector || null,
    line: line || null,
    bitrixMessageId: bitrixMessageId || null,
    author: { kind: authorKind, id: authorId || null, name: authorName || null },
    files: filesOf(row.files),
    sentAt: isoTimeOf(sentAt),
    editedAt: editedAt === null ? null : isoTimeOf(editedAt),
    deletedAt: deletedAt === null ? null : isoTimeOf(deletedAt),
    sessionId: timeline === undefined ? null : (sessionAt(timeline.sessions, sentAt)?.sessionId ?? null),
  };
}

const Files = Type.Array(MessageFile);

function filesOf(json: string): Static<typeof Files> {
  return json === "" ? [] : Value.Parse(Files, JSON.parse(json));
}
