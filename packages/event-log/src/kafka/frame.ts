/** A request that is written into one buffer, with room before it for what kafkajs puts in front. Numbers are big-endian. */
export class Frame {
  readonly #room: Buffer;
  #start = headroom;
  #end = headroom;

  /** `room` must hold all that will be written; see `headroom`. */
  constructor(room: Buffer) {
    this.#room = room;
  }

  /** By the names that kafkajs's encoders have for it. */
  get buf(): Buffer {
    return this.#room;
  }

  get buffer(): Buffer {
    return this.#room.subarray(this.#start, this.#end);
  }

  /** Where the next byte goes. */
  get at(): number {
    return this.#end;
  }

  /** What was written from there on. */
  since(at: number): Buffer {
    return this.#room.subarray(at, this.#end);
  }

  /** Whether there was room for it in front. */
  prepend(head: Buffer): boolean {
    if (head.length > this.#start) return false;
    this.#start -= head.length;
    head.copy(this.#room, this.#start);
    return true;
  }

  int8(value: number): void {
    this.#end = this.#room.writeInt8(value, this.#end);
  }

  int16(value: number): void {
    this.#end = this.#room.writeInt16BE(value, this.#end);
  }

  int32(value: number, at = this.skip(4)): void {
    this.#room.writeInt32BE(value, at);
  }

  uint32(value: number, at = this.skip(4)): void {
    this.#room.writeUInt32BE(value, at);
  }

  int64(value: bigint): void {
    this.#end = this.#room.writeBigInt64BE(value, this.#end);
  }

  /** Kafka's varint, zigzag, of a number that is not negative and below 2^30. */
  varint(value: number): void {
    let left = value * 2;
    for (; left > 0x7f; left >>>= 7) this.#room[this.#end++] = (left & 0x7f) | 0x80;
    this.#room[this.#end++] = left;
  }

  raw(bytes: Uint8Array): void {
    this.#room.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  text(value: string): void {
    this.#end += this.#room.write(value, this.#end);
  }

  /** Leaves bytes out, to be written later; the place of the first. */
  skip(bytes: number): number {
    this.#end += bytes;
    return this.#end - bytes;
  }
}

/** Bytes at the beginning of a frame's buffer; a request's head with its length takes 14 and the name of the client. */
export const headroom = 128;

/** How many bytes `varint` writes. */
export const varintBytes = (value: number): number =>
  value < 1 << 6 ? 1 : value < 1 << 13 ? 2 : value < 1 << 20 ? 3 : value < 1 << 27 ? 4 : 5;
