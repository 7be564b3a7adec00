/** The framing is Confluent's: a zero byte, the schema id as a big-endian int32, the Avro body. */
export const headerBytes = 5;

export function writeHeader(buffer: Buffer, schemaId: number): void {
  buffer[0] = 0;
  buffer.writeInt32BE(schemaId, 1);
}

/** Null where the bytes do not begin as a record does. */
export function schemaIdOf(buffer: Buffer): number | null {
  return buffer.length < headerBytes || buffer[0] !== 0 ? null : buffer.readInt32BE(1);
}

/** The same bytes: avsc takes none but Buffers. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
