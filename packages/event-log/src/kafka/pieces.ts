import { EventLogError } from "../port.ts";

/** Bytes that came in several buffers, read one after the other without putting them together: that would be fresh memory for all of it. */
export class Pieces {
  readonly #following: Buffer[];
  #before = 0;
  /** Where the reading is: `at` in `buffer`. */
  buffer: Buffer;
  at = 0;
  readonly length: number;

  constructor(buffers: readonly Buffer[]) {
    const [first = Buffer.alloc(0), ...following] = buffers;
    this.buffer = first;
    this.#following = following;
    this.length = buffers.reduce((sum, { length }) => sum + length, 0);
  }

  /** Bytes that were read. */
  get position(): number {
    return this.#before + this.at;
  }

  get left(): number {
    return this.length - this.position;
  }

  /** The next `bytes` lie in `buffer` after this, from `at` on. Copies where two buffers meet. */
  ensure(bytes: number): void {
    if (this.at + bytes > this.buffer.length) this.#join(bytes);
  }

  skip(bytes: number): void {
    while (this.at + bytes > this.buffer.length) {
      bytes -= this.buffer.length - this.at;
      this.#before += this.buffer.length;
      this.buffer = this.#following.shift() ?? tooShort();
      this.at = 0;
    }
    this.at += bytes;
  }

  take(bytes: number): Buffer {
    this.ensure(bytes);
    this.at += bytes;
    return this.buffer.subarray(this.at - bytes, this.at);
  }

  int16(): number {
    this.ensure(2);
    this.at += 2;
    return this.buffer.readInt16BE(this.at - 2);
  }

  int32(): number {
    this.ensure(4);
    this.at += 4;
    return this.buffer.readInt32BE(this.at - 4);
  }

  int64(): bigint {
    this.ensure(8);
    this.at += 8;
    return this.buffer.readBigInt64BE(this.at - 8);
  }

  /** Kafka's varint: zigzag, up to 64 bits, exact up to 2^53. The whole of it must lie in `buffer`. */
  varint(): number {
    let [value, weight] = [0, 1];
    for (;;) {
      const byte = this.buffer[this.at++] ?? tooShort();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) break;
      weight *= 128;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  #join(bytes: number): void {
    this.#before += this.at;
    const rest = this.buffer.subarray(this.at);
    this.at = 0;
    if (rest.length === 0) {
      this.buffer = this.#following.shift() ?? tooShort();
      this.ensure(bytes);
      return;
    }
    const parts = [rest];
    let missing = bytes - rest.length;
    while (missing > 0) {
      const next = this.#following.shift() ?? tooShort();
      parts.push(next.subarray(0, missing));
      if (next.length > missing) this.#following.unshift(next.subarray(missing));
      missing -= next.length;
    }
    this.buffer = Buffer.concat(parts);
  }
}

function tooShort(): never {
  throw new EventLogError("log_unavailable", true, "an answer of the brokers is too short");
}
