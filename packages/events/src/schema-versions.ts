import { generatedSchemas } from "./schemas.gen.ts";

export type SchemaVersion = { id: number; subject: string; version: number; schema: string };

/** Every schema that a record on the log may have been written with; an id never changes its meaning. */
export const schemaVersions: readonly SchemaVersion[] = generatedSchemas;

/** The versions of one subject, oldest first. */
export function versionsOf(subject: string, all: readonly SchemaVersion[]): SchemaVersion[] {
  return all.filter((version) => version.subject === subject).toSorted((a, b) => a.version - b.version);
}
