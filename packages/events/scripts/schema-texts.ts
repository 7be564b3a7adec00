import { readdirSync, readFileSync } from "node:fs";

export type SchemaText = { id: number; subject: string; version: number; schema: string; newest: boolean };

type Listed = { id: number; subject: string; version: number; file: string };

const folder = new URL("../../../schemas/avro/", import.meta.url);

/** Every schema version that ids.json lists, as one line of JSON. Throws when the list and the folder disagree. */
export function schemaTexts(): SchemaText[] {
  const listed: Listed[] = JSON.parse(readFileSync(new URL("ids.json", folder), "utf8"));
  checkList(listed);
  return listed.map(({ id, subject, version, file }) => ({
    id,
    subject,
    version,
    schema: JSON.stringify(JSON.parse(readFileSync(new URL(file, folder), "utf8"))),
    newest: version === newestVersion(listed, subject),
  }));
}

function checkList(listed: readonly Listed[]): void {
  if (new Set(listed.map(({ id }) => id)).size < listed.length)
    throw new Error("ids.json: an id is given twice");
  const files = new Set(listed.map(({ file }) => file));
  const missing = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => file.endsWith(".avsc") && !files.has(file));
  if (missing.length > 0) throw new Error(`ids.json does not list ${missing.join(", ")}`);
  for (const subject of new Set(listed.map((entry) => entry.subject))) {
    const versions = listed.filter((entry) => entry.subject === subject).map(({ version }) => version);
    if (versions.some((version, index) => version !== index + 1)) {
      throw new Error(`ids.json: the versions of ${subject} must be 1, 2, 3, … in order`);
    }
  }
}

function newestVersion(listed: readonly Listed[], subject: string): number {
  return Math.max(...listed.filter((entry) => entry.subject === subject).map(({ version }) => version));
}
