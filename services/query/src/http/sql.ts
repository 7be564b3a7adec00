import { readFileSync } from "node:fs";

/** Reads a .sql file next to the module that asks, once, when the module is loaded. */
export function loadSql(moduleUrl: string, name: string): string {
  return readFileSync(new URL(name, moduleUrl), "utf8").trim();
}
