import { quoted, replaceInSql } from "./sql.ts";

const name = String.raw`(?:\`[^\`]+\`|"[^"]+"|\w+)`;
const trivia = String.raw`(?:\s|--[^\n]*\n|/\*[\s\S]*?\*/)*`;

/** Statements that say ON CLUSTER after the name of the table that they change. */
const named = new RegExp(
  String.raw`^(${trivia}(?:CREATE(?:\s+OR\s+REPLACE)?(?:\s+MATERIALIZED)?|DROP|TRUNCATE|ALTER|OPTIMIZE|DETACH|ATTACH|UNDROP)\s+` +
    String.raw`(?:TABLE|VIEW|DATABASE|DICTIONARY)\s+(?:IF\s+(?:NOT\s+)?EXISTS\s+)?${name}(?:\.${name})?)(?![\w.])`,
  "i",
);
/** Statements that say it at their end. */
const paired = new RegExp(String.raw`^${trivia}(?:EXCHANGE|RENAME)\s`, "i");
const mergeTree = /\bENGINE\s*=\s*[A-Za-z]*MergeTree\b/i;

/** The statement as every replica of a cluster must run it: ON CLUSTER, and tables whose rows are replicated. */
export function forCluster(sql: string, cluster: string): string {
  const clause = `ON CLUSTER ${quoted(cluster)}`;
  const replicated = replaceInSql(sql, mergeTree, replicatedEngine);
  if (paired.test(sql)) return `${replicated.replace(/[\s;]+$/, "")} ${clause}`;
  return replicated.replace(named, (_, head: string) => `${head} ${clause}`);
}

function replicatedEngine(found: string): string {
  return found.replace(/([A-Za-z]*MergeTree)$/, (engine) =>
    /^(Replicated|Shared)/.test(engine) ? engine : `Replicated${engine}`,
  );
}
