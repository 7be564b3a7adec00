import type { ClickHouse, Params } from "@portalstream/clickhouse";
import { Type } from "@sinclair/typebox";
import { pageOf } from "../http/paging.ts";
import { latestRows } from "../lists/latest-page.ts";
import type { Message } from "./message.ts";

/** Time, key and name: the sorting key of the table. */
export const MessageCursor = Type.Tuple([Type.Integer(), Type.String(), Type.String()]);
export type MessageKey = [at: number, key: string, name: string];

type Row = Message & { key: MessageKey; counts: boolean };

/** A page of what the statement finds; `position` makes its parameters of the key that the page begins behind. */
export async function messagePage(
  db: ClickHouse,
  sql: string,
  params: Params,
  limit: number,
  after: MessageKey,
  position: (key: MessageKey) => Params,
): Promise<{ items: Message[]; nextCursor: string | null }> {
  const rows = await latestRows<Row, MessageKey>(limit + 1, after, async (batch, start) => {
    const found = await db.query<Row>(sql, { ...params, ...position(start), batch });
    // Every key that was found has one row.
    return { rows: found, found: found.length, last: found.at(-1)?.key ?? null };
  });
  return pageOf(
    rows,
    limit,
    ({ key: _, counts: __, ...message }): Message => message,
    ({ key }) => key,
  );
}
