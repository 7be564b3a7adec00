// Castagnoli's polynomial, its bits reversed.
const polynomial = 0x82f63b78;
const step = 8;
const slice = 256 * 4;
/** A slice of 256 checksums of a byte that nothing follows, then one of a byte that one follows, up to seven. */
const table = makeTable();

/** CRC-32C of these bytes, eight at a time: a third of the time that one at a time takes. */
export function crc32c({ buffer, byteOffset, length }: Uint8Array): number {
  const bytes = new DataView(buffer, byteOffset, length);
  let crc = -1;
  let at = 0;
  for (; at + step <= length; at += step) {
    const low = crc ^ bytes.getInt32(at, true);
    const high = bytes.getInt32(at + 4, true);
    crc = entry(7, low) ^ entry(6, low >>> 8) ^ entry(5, low >>> 16) ^ entry(4, low >>> 24);
    crc ^= entry(3, high) ^ entry(2, high >>> 8) ^ entry(1, high >>> 16) ^ entry(0, high >>> 24);
  }
  for (; at < length; at++) crc = (crc >>> 8) ^ entry(0, crc ^ bytes.getUint8(at));
  return ~crc >>> 0;
}

const entry = (following: number, byte: number): number =>
  table.getInt32(following * slice + (byte & 0xff) * 4, true);

function makeTable(): DataView {
  const made = new DataView(new ArrayBuffer(step * slice));
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    made.setInt32(byte * 4, crc, true);
  }
  for (let at = slice; at < made.byteLength; at += 4) {
    const before = made.getInt32(at - slice, true);
    made.setInt32(at, (before >>> 8) ^ made.getInt32((before & 0xff) * 4, true), true);
  }
  return made;
}
