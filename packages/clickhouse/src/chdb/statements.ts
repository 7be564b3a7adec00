import { ClickHouseFailure } from "../errors.ts";
import type { Params } from "../port.ts";

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  "\0": "\\0",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

const escaped = (text: string) => text.replace(/[\\'\0\b\f\n\r\t]/g, (one) => escapes[one] ?? one);
export const quoted = (text: string) => `'${escaped(text)}'`;

/** A parameter's value is text in ClickHouse's escaped form, in which strings within an array are quoted. */
function parameterText(value: Params[string]): string {
  if (typeof value === "string") return escaped(value).replaceAll("\\'", "'");
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number") return String(value);
  return `[${value.map(quoted).join(",")}]`;
}

/**
 * The statement with its parameters set on the connection before it. chdb's own way of passing them lets only one such
 * statement run at a time in the whole process. A parameter stays on the connection, so one that is not given is refused here:
 * else the statement would take the value of an earlier one.
 */
export function withParameters(sql: string, params: Params): string {
  for (const [, name = ""] of sql.matchAll(/\{(\w+):[^{}]*\}/g))
    if (!Object.hasOwn(params, name)) throw new ClickHouseFailure("456", `parameter ${name} is not given`);
  const sets = Object.entries(params).map(
    ([name, value]) => `param_${name} = ${quoted(parameterText(value))}`,
  );
  return sets.length === 0 ? sql : `SET ${sets.join(", ")}; ${sql}`;
}

/** Inserts the file's rows, parsed as the table's columns. */
export function insertFrom(path: string, table: string): string {
  return `INSERT INTO \`${table}\` SELECT * FROM file(${quoted(path)}, 'JSONCompactEachRow')
SETTINGS use_structure_from_insertion_table_in_table_functions = 1, storage_file_read_method = 'pread'`;
}
