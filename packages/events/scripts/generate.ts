import { readFileSync, writeFileSync } from "node:fs";
import { recordTypes } from "./record-types.ts";
import { schemaTexts } from "./schema-texts.ts";

const outputs = [
  { file: new URL("../src/records.gen.ts", import.meta.url), text: recordTypes(schemaTexts()) },
  { file: new URL("../src/schemas.gen.ts", import.meta.url), text: listOf(schemaTexts()) },
];

for (const { file, text } of outputs) {
  if (!process.argv.includes("--check")) writeFileSync(file, text);
  else if (current(file) !== text) {
    console.error(`${file.pathname} differs from schemas/avro: run "npm run generate"`);
    process.exitCode = 1;
  }
}

function current(file: URL): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function listOf(texts: ReturnType<typeof schemaTexts>): string {
  const entries = texts.map(
    ({ id, subject, version, schema }) =>
      `  { id: ${id}, subject: ${JSON.stringify(subject)}, version: ${version}, schema: ${JSON.stringify(schema)} },`,
  );
  return [
    "// Generated from schemas/avro by scripts/generate.ts: do not edit.",
    "export const generatedSchemas = [",
    ...entries,
    "] as const;",
    "",
  ].join("\n");
}
