import type { ClickHouseClient, DataFormat } from "@clickhouse/client";
import { bareSql, quoted } from "../../sql.ts";
import { markSetting, stoppable } from "../../stoppable.ts";
import { type EngineLanes, laneSettings } from "../engine.ts";
import { insertFrom, withParameters } from "../statements.ts";
import type { Asked } from "./read-request.ts";
import { Refusal } from "./refusal.ts";

export type Ran = { bytes: Buffer; summary: string };
export type Front = { lanes: EngineLanes; kill: (mark: string) => Promise<void> };

const insert = /^\s*INSERT\s+INTO\s+(?:TABLE\s+)?(?<target>[\s\S]+?)\s+FORMAT\s+(?<format>\w+)\s*;?\s*$/i;
const reading = /^[\s(]*(SELECT|WITH|SHOW|DESCRIBE|DESC|EXPLAIN|EXISTS)\b/i;
const nothing: Ran = { bytes: Buffer.alloc(0), summary: "{}" };

/** Runs what a request asks for, and leaves nothing of it on the connection that it ran on. `gone`: its connection was closed. */
export async function runAsked({ lanes, kill }: Front, asked: Asked, gone: AbortSignal): Promise<Ran> {
  const { sql, rows, readOnly } = asked;
  const { target, format } = insert.exec(sql)?.groups ?? {};
  if (target !== undefined && format !== undefined) {
    if (rows.length === 0) return nothing;
    return lanes.write.run(async ({ client, spool }) => {
      await spool.fill(rows);
      return onlyHere(client, asked, insertFrom(spool.path, target, format));
    });
  }
  const bare = bareSql(sql);
  // A request is a session of its own: what these set would end with it.
  if (/^\s*(SET|USE)\s/i.test(bare)) return nothing;
  if (!/^\s*INSERT\s/i.test(bare) && /;\s*\S/.test(bare))
    throw new Refusal(62, "SYNTAX_ERROR", "Multi-statements are not allowed");
  const whole = rows.length === 0 ? sql : `${sql}\n${Buffer.concat(rows)}`;
  if (!readOnly) {
    // What ends statements must not wait behind them.
    const lane = /^\s*KILL\s/i.test(bare) ? lanes.control : lanes.read;
    return lane.run((client) => onlyHere(client, asked, whole));
  }
  if (!reading.test(bare)) throw new Refusal(164, "READONLY", "Cannot execute query in readonly mode");
  const mark = asked.settings.get(markSetting) ?? asked.queryId;
  const marked = { ...asked, settings: new Map([...asked.settings, [markSetting, mark]]) };
  return lanes.bounded.run((client) =>
    stoppable(
      gone,
      () => onlyHere(client, marked, whole),
      () => kill(mark),
    ),
  );
}

/** chdb keeps settings and the current database on a connection; a server, for one request. */
async function onlyHere(client: ClickHouseClient, asked: Asked, sql: string): Promise<Ran> {
  const changed = [...asked.settings].filter(([name, value]) => String(laneSettings[name]) !== value);
  for (const [name] of changed)
    if (!/^\w+$/.test(name)) throw new Refusal(115, "UNKNOWN_SETTING", "Unknown setting");
  const { database } = asked;
  const before = changed.map(([name, value]) => `SET ${name} = ${quoted(value)}`);
  const after = changed.map(([name]) => `SET ${name} = ${laneSettings[name] ?? "DEFAULT"}`);
  if (database !== "default") {
    before.push(`USE \`${database.replaceAll("`", "\\`")}\``);
    after.push("USE default");
  }
  try {
    for (const query of before) await client.command({ query });
    return await bytesOf(client, withParameters(sql, asked.parameters), asked.format);
  } finally {
    for (const query of after) await client.command({ query });
  }
}

async function bytesOf(client: ClickHouseClient, query: string, format: DataFormat): Promise<Ran> {
  const { stream, summary } = await client.exec({ query, clickhouse_settings: { default_format: format } });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), summary: JSON.stringify(summary ?? {}) };
}
