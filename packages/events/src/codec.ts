import type avsc from "avsc";
import { avroType } from "./avro-type.ts";
import { asBuffer, headerBytes, schemaIdOf, writeHeader } from "./framing.ts";
import type { AnyRecord, RecordKind } from "./log-event.ts";
import { RecordError } from "./record-error.ts";
import { type SchemaVersion, schemaVersions, versionsOf } from "./schema-versions.ts";
import { topicOfKind } from "./topics.ts";

type Writer = { id: number; type: avsc.Type };
type Reader = { kind: RecordKind; type: avsc.Type; resolver: Parameters<avsc.Type["decode"]>[2] };
type Codec = { encodeRecord(record: AnyRecord): Uint8Array; decodeRecord(bytes: Uint8Array): AnyRecord };

export const { encodeRecord, decodeRecord } = createCodec(schemaVersions);

/** Writes with the newest version of each subject; reads every version as the newest. Throws when a version is not backward compatible. */
export function createCodec(versions: readonly SchemaVersion[]): Codec {
  const readers = new Map<number, Reader>();
  const writerOf = (kind: RecordKind): Writer => {
    const types = versionsOf(`${topicOfKind[kind]}-value`, versions).map(({ id, schema }) => ({
      id,
      type: avroType(schema),
    }));
    const newest = types.at(-1);
    if (newest === undefined) throw new Error(`no schema for ${kind} records`);
    for (const { id, type } of types) {
      const resolver = type === newest.type ? undefined : newest.type.createResolver(type);
      readers.set(id, { kind, type: newest.type, resolver });
    }
    return newest;
  };
  const writers: Record<RecordKind, Writer> = {
    message: writerOf("message"),
    session: writerOf("session"),
    bot: writerOf("bot"),
    portal: writerOf("portal"),
    other: writerOf("other"),
    rejected: writerOf("rejected"),
    registration: writerOf("registration"),
    apiKey: writerOf("apiKey"),
  };
  return {
    encodeRecord: (record) => encode(record, writers[record.kind]),
    decodeRecord: (bytes) => decode(bytes, readers),
  };
}

// Shared by all calls: nothing awaits between writing to it and copying out of it.
let scratch = Buffer.allocUnsafeSlow(64 * 1024);

function encode(record: AnyRecord, { id, type }: Writer): Uint8Array {
  const value = withBuffers(record);
  const end = write(type, value);
  writeHeader(scratch, id);
  return Buffer.from(scratch.subarray(0, end));
}

function write(type: avsc.Type, record: AnyRecord): number {
  try {
    const end = type.encode(record, scratch, headerBytes);
    if (end >= 0) return end;
    // A negative result says how many bytes were missing.
    scratch = Buffer.allocUnsafeSlow(2 * (scratch.length - end));
    return type.encode(record, scratch, headerBytes);
  } catch {
    // avsc's own message quotes the value.
    throw new RecordError(
      "bad_record",
      `${record.kind}: ${wrongField(type, record)} does not fit the schema`,
    );
  }
}

function wrongField(type: avsc.Type, record: AnyRecord): string {
  let field = "the record";
  type.isValid(record, {
    errorHook: (path) => {
      field = path.join(".");
    },
  });
  return field;
}

function decode(bytes: Uint8Array, readers: ReadonlyMap<number, Reader>): AnyRecord {
  const buffer = asBuffer(bytes);
  const id = schemaIdOf(buffer);
  if (id === null)
    throw new RecordError("not_avro", "the record does not start with a zero byte and a schema id");
  const reader = readers.get(id);
  if (reader === undefined) throw new RecordError("unknown_schema", `no schema has the id ${id}`);
  const { offset, value } = read(buffer, reader);
  if (offset < 0) throw new RecordError("bad_record", `${reader.kind}: the record is truncated`);
  if (offset < buffer.length) throw new RecordError("bad_record", `${reader.kind}: bytes follow the record`);
  return { kind: reader.kind, ...value };
}

function read(buffer: Buffer, { kind, type, resolver }: Reader): ReturnType<avsc.Type["decode"]> {
  try {
    return type.decode(buffer, headerBytes, resolver);
  } catch (cause) {
    throw new RecordError("bad_record", `${kind}: the record does not fit its schema`, { cause });
  }
}

/** avsc takes bytes as Buffers only. */
function withBuffers(record: AnyRecord): AnyRecord {
  if (record.kind === "apiKey") return record;
  if (record.kind === "registration") {
    const { token, previous } = record;
    return {
      ...record,
      token: asBuffer(token),
      previous: previous === null ? null : { ...previous, token: asBuffer(previous.token) },
    };
  }
  return Buffer.isBuffer(record.source) ? record : { ...record, source: asBuffer(record.source) };
}
