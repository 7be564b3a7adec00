import { loadSql } from "../http/sql.ts";

const includeLine = /^ *-- include (\S+)$/gm;

/** loadSql, where a line `-- include other.sql` stands for the text of that file (its path is relative to the including one). */
export function loadSqlWithIncludes(moduleUrl: string, name: string): string {
  const url = new URL(name, moduleUrl).href;
  return loadSql(moduleUrl, name).replace(includeLine, (_line, included: string) =>
    loadSqlWithIncludes(url, included),
  );
}
