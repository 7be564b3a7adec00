import avsc from "avsc";
import { headerBytes, writeHeader } from "../src/framing.ts";
import { schemaVersions } from "../src/schema-versions.ts";

/** A record as the first version of its topic's schema has it; fields that are of a later version are left out. */
export function firstVersion(topic: string, record: object): Buffer {
  const version = schemaVersions.find((one) => one.subject === `${topic}-value` && one.version === 1);
  if (version === undefined) throw new Error(`no first version of ${topic}`);
  const body = avsc.Type.forSchema(JSON.parse(version.schema)).toBuffer(record);
  const bytes = Buffer.concat([Buffer.alloc(headerBytes), body]);
  writeHeader(bytes, version.id);
  return bytes;
}
