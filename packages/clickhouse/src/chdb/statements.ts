import { ClickHouseFailure } from "../errors.ts";
import type { Bounded } from "../limits.ts";
import type { Params } from "../port.ts";
import { bareSql, escaped, quoted } from "../sql.ts";
import { markSetting } from "../stoppable.ts";

/** A parameter's value is text in ClickHouse's escaped form, in which strings within an array are quoted. */
export function parameterText(value: Params[string]): string {
  if (typeof value === "string") return escaped(value).replaceAll("\\'", "'");
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return String(value);
  return `[${value.map(quoted).join(",")}]`;
}

/**
 * The statement with its parameters, in their escaped form, set on the connection before it. chdb's own way of passing them lets
 * only one such statement run at a time in the whole process. A parameter stays on the connection, so one that is not given is
 * refused here: else the statement would take the value of an earlier one.
 */
export function withParameters(sql: string, texts: ReadonlyMap<string, string>): string {
  for (const [, name = ""] of bareSql(sql).matchAll(/\{(\w+):[^{}]*\}/g))
    if (!texts.has(name)) throw new ClickHouseFailure("456", `parameter ${name} is not given`);
  const sets = [...texts].map(([name, text]) => `param_${name} = ${quoted(text)}`);
  return sets.length === 0 ? sql : `SET ${sets.join(", ")}; ${sql}`;
}

/** On a connection all of whose statements bring limits, since these stay on it. */
export function withLimits(sql: string, { seconds, memoryBytes }: Bounded, mark: string): string {
  return `SET max_execution_time = ${seconds}, max_memory_usage = ${memoryBytes}, ${markSetting} = ${quoted(mark)}; ${sql}`;
}

export const noLimits = `SET max_execution_time = 0, max_memory_usage = 0, ${markSetting} = ''`;

/** Inserts the file's rows, parsed as the columns of `target`, which is all that stands between INTO and FORMAT. */
export function insertFrom(path: string, target: string, format: string): string {
  return `INSERT INTO ${target} SELECT * FROM file(${quoted(path)}, ${quoted(format)})
SETTINGS use_structure_from_insertion_table_in_table_functions = 1, storage_file_read_method = 'pread'`;
}
