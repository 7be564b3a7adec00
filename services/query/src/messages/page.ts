import type { ClickHouse, Pace, Params } from "@portalstream/clickhouse";
import { Type } from "@sinclair/typebox";
import { pageOf } from "../http/paging.ts";
import { loadSql } from "../http/sql.ts";
import { latestRows, timeElement } from "../lists/latest-rows.ts";
import type { Message } from "./message.ts";

const readSql = loadSql(import.meta.url, "read-messages.sql");

/** The sorting key of the table. */
export const MessageCursor = Type.Tuple([Type.Integer(), Type.String(), Type.String()]);
export type MessageKey = [at: number, key: string, name: string];

type Key = { ms: number; key: string; name: string; version: string };
type Row = Key & Message;

/** A page of what `find` finds behind the position. */
export async function messagePage(
  db: ClickHouse,
  pace: Pace,
  portal: string,
  limit: number,
  start: MessageKey,
  find: (position: MessageKey, limit: number) => { sql: string; params: Params },
): Promise<{ items: Message[]; nextCursor: string | null }> {
  const rows = await latestRows<Key, Row>(limit + 1, pace, {
    find: (most, after) => {
      const { sql, params } = find(after === null ? start : positionOf(after), most);
      return db.query<Key>(sql, params);
    },
    together: (one, other) => keyOf(one) === keyOf(other),
    read: (found) =>
      db.query<Row>(readSql, {
        portal,
        times: found.map(({ ms }) => timeElement(ms)),
        keys: found.map(({ key }) => key),
      }),
    keyOf,
  });
  return pageOf(rows, limit, ({ ms, key, name, version, ...message }): Message => message, positionOf);
}

const positionOf = ({ ms, key, name }: Key): MessageKey => [ms, key, name];
const keyOf = ({ ms, key, name }: Key): string => `${ms} ${key} ${name}`;
