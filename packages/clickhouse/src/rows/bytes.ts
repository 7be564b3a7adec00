import { isAscii } from "node:buffer";

const leastBytes = 64 * 1024;

// A text has one of many shapes in V8, so looking `length` and `charCodeAt` up in it for every character took half of the time.
const { charCodeAt } = String.prototype;
const lengthOf = (text: string): number => text.length;
const short = 48;
const highest = 0x80;
/** The most bytes that a UTF-16 code unit takes in UTF-8. */
const widest = 3;
const mostVarint = 8;
const twoTo32 = 2 ** 32;

/** A buffer that grows, and in it what ClickHouse's Native format is made of: little-endian numbers, and texts behind their length. */
export class Bytes {
  #buffer: Buffer;
  #length = 0;

  constructor(buffer: Buffer = Buffer.allocUnsafeSlow(leastBytes)) {
    this.#buffer = buffer;
  }

  get length(): number {
    return this.#length;
  }

  /** How much is held, written to or not. */
  get capacity(): number {
    return this.#buffer.length;
  }

  /** How many bytes fit without growing. */
  get free(): number {
    return this.#buffer.length - this.#length;
  }

  /** What was written, in the memory that the next is written to. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  uint8(value: number): void {
    this.#room(1);
    this.#buffer[this.#length++] = value;
  }

  uint16(value: number): void {
    this.#room(2);
    this.#buffer[this.#length++] = value;
    this.#buffer[this.#length++] = value >>> 8;
  }

  /** An integer of up to 2^53 on either side of zero. */
  int64(value: number): void {
    this.#room(8);
    const high = Math.floor(value / twoTo32);
    this.#int32(value - high * twoTo32);
    this.#int32(high);
  }

  varint(value: number): void {
    this.#room(mostVarint);
    this.#length = putVarint(this.#buffer, this.#length, value);
  }

  append(other: Bytes): void {
    this.#room(other.#length);
    // Not `set`, which goes word by word where memory is shared.
    this.#length += other.#buffer.copy(this.#buffer, this.#length, 0, other.#length);
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  text(text: string): void {
    const length = lengthOf(text);
    this.#room(length * widest + mostVarint);
    if (length >= short || !this.#shortAscii(text, length)) this.#anyText(text);
  }

  /** Bytes, each of them one character of a text. */
  latin1(bytes: Uint8Array): void {
    if (isAscii(bytes)) {
      this.varint(bytes.length);
      this.raw(bytes);
    } else this.text(asBuffer(bytes).toString("latin1"));
  }

  /** Calls out of JavaScript cost more than a few characters do. */
  #shortAscii(text: string, length: number): boolean {
    const buffer = this.#buffer;
    let at = this.#length;
    buffer[at++] = length;
    for (let i = 0; i < length; i++) {
      const code = charCodeAt.call(text, i);
      if (code >= highest) return false;
      buffer[at++] = code;
    }
    this.#length = at;
    return true;
  }

  #anyText(text: string): void {
    const buffer = this.#buffer;
    const guess = varintBytes(text.length);
    const start = this.#length + guess;
    const size = buffer.write(text, start);
    const actual = varintBytes(size);
    if (actual !== guess) buffer.copyWithin(this.#length + actual, start, start + size);
    putVarint(buffer, this.#length, size);
    this.#length += actual + size;
  }

  #int32(value: number): void {
    const buffer = this.#buffer;
    buffer[this.#length++] = value;
    buffer[this.#length++] = value >>> 8;
    buffer[this.#length++] = value >>> 16;
    buffer[this.#length++] = value >>> 24;
  }

  #room(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** The same memory. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function putVarint(buffer: Buffer, start: number, value: number): number {
  let at = start;
  let left = value;
  while (left >= highest) {
    buffer[at++] = (left % highest) | highest;
    left = Math.floor(left / highest);
  }
  buffer[at++] = left;
  return at;
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let left = value; left >= highest; left = Math.floor(left / highest)) bytes += 1;
  return bytes;
}
