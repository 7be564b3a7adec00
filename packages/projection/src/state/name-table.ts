import { type Table, table, text, time } from "@portalstream/clickhouse";
import type { NameFact } from "@portalstream/conversations";
import type { Rows } from "../rows.ts";
import { RowReader } from "./row-reader.ts";

export type NameTable = Table<
  readonly [
    portal: string,
    key: string,
    place: string,
    user: string,
    bitrixChat: string,
    connector: string,
    line: string,
    externalChatId: string,
    last: number,
  ]
>;

/** The names that events give to chats, under the keys by which they are looked up. */
export const nameTable = (name: string): NameTable =>
  table(name, [
    text("portal"),
    text("key"),
    text("place"),
    text("user"),
    text("bitrix_chat"),
    text("connector"),
    text("line"),
    text("external_chat_id"),
    time("last"),
  ]);

/** The keys under which a name is stored: its place, and its Bitrix24 chat. What has a key in common belongs together. */
export const keysOf = ({ place, bitrixChat }: NameFact): string[] => [
  ...(place === null ? [] : [place.key]),
  ...(bitrixChat === "" ? [] : [`b${bitrixChat}`]),
];

/** A batch has each name once, with the last time. */
export function addName(rows: Rows, table: NameTable, portal: string, fact: NameFact): void {
  rows.latest(table, identityOf(portal, fact), fact.last, (last) => {
    const { place, user, bitrixChat, connector, line } = fact;
    const name = [place?.key ?? "", user, bitrixChat, connector, line, place?.externalChatId ?? ""] as const;
    return keysOf(fact).map((key) => [portal, key, ...name, last] as const);
  });
}

// When records are replayed for several projections, these add the same name in turn.
let lastNamed: { fact: NameFact; identity: string } | null = null;

function identityOf(portal: string, fact: NameFact): string {
  if (lastNamed?.fact === fact) return lastNamed.identity;
  const { place, user, bitrixChat, connector, line } = fact;
  const texts = [portal, place?.key ?? "", user, bitrixChat, connector, line];
  const identity = texts.map((text) => `${text.length} ${text}`).join("");
  lastNamed = { fact, identity };
  return identity;
}

export const selectNames =
  "portal, place, user, bitrix_chat, connector, line, external_chat_id, toFloat64(toUnixTimestamp64Milli(max(last)))";

export function readName(row: readonly unknown[]): { portal: string; fact: NameFact } {
  const values = new RowReader(row);
  const [portal, key, user, bitrixChat] = [values.text(), values.text(), values.text(), values.text()];
  const [connector, line, externalChatId] = [values.text(), values.text(), values.text()];
  const place = key === "" ? null : { key, connector, line, externalChatId };
  return { portal, fact: { place, user, bitrixChat, connector, line, last: values.number() } };
}
