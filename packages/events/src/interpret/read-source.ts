import type avsc from "avsc";
import { avroType } from "../avro-type.ts";
import { asBuffer, headerBytes, schemaIdOf } from "../framing.ts";
import type { Envelope } from "../records.gen.ts";
import { schemaVersions, versionsOf } from "../schema-versions.ts";
import { topics } from "../topics.ts";

export type Received = { envelope: Envelope; source: Buffer };
type Reader = { type: avsc.Type; resolver: Parameters<avsc.Type["decode"]>[2] };

/** Families whose records are nothing but what their source says. Rejected records may also say where they come from. */
const families = [topics.messages, topics.sessions, topics.bots, topics.portals, topics.other];
const readers = new Map(families.flatMap((topic) => [...readersOf(`${topic}-value`)]));

/** What was received, without the typed fields, which are not even read; null for records of other kinds and for what is none. */
export function readSource(bytes: Uint8Array): Received | null {
  const buffer = asBuffer(bytes);
  const id = schemaIdOf(buffer);
  const reader = id === null ? undefined : readers.get(id);
  if (reader === undefined) return null;
  try {
    const { offset, value } = reader.type.decode(buffer, headerBytes, reader.resolver);
    return offset === buffer.length ? value : null;
  } catch {
    return null;
  }
}

/** By schema id. */
function readersOf(subject: string): Map<number, Reader> {
  const versions = versionsOf(subject, schemaVersions);
  const newest = versions.at(-1);
  if (newest === undefined) return new Map();
  const schema: { fields: { name: string }[] } = JSON.parse(newest.schema);
  const kept = schema.fields.filter(({ name }) => name === "envelope" || name === "source");
  const type = avroType(JSON.stringify({ ...schema, fields: kept }));
  return new Map(
    versions.map((version) => [
      version.id,
      { type, resolver: type.createResolver(avroType(version.schema)) },
    ]),
  );
}
