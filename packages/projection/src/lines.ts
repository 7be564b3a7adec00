import { isAscii } from "node:buffer";

const leastBytes = 64 * 1024;
/** The most bytes that a UTF-16 code unit takes in UTF-8. */
const widest = 3;
const quote = 0x22;
const backslash = 0x5c;

/** JSON lines written one after another into one growing buffer. */
export class Lines {
  #buffer: Buffer<ArrayBuffer>;
  #length = 0;

  /** `expected`: how many bytes will probably come; growing costs a copy and fresh pages each time. */
  constructor(expected = 0) {
    this.#buffer = Buffer.allocUnsafeSlow(Math.max(leastBytes, expected));
  }

  add(row: readonly unknown[]): void {
    const line = JSON.stringify(row);
    this.#room(line.length * widest + 1);
    this.#text(line);
    this.#text("\n");
  }

  /** Adds a row whose last column is text given as bytes, each byte one character: copied as they are where JSON lets them. */
  addWithBytes(row: readonly unknown[], bytes: Uint8Array): void {
    if (!isAscii(bytes) || bytes.includes(quote) || bytes.includes(backslash)) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
      this.add([...row, text]);
      return;
    }
    const head = JSON.stringify(row).slice(0, -1);
    this.#room(head.length * widest + bytes.length + 5);
    this.#text(head);
    this.#text(',"');
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#text('"]\n');
  }

  /** What was written; nobody else holds its memory. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(0, this.#length);
  }

  #text(text: string): void {
    this.#length += this.#buffer.write(text, this.#length);
  }

  #room(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
