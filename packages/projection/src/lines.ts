import { isAscii } from "node:buffer";

const leastBytes = 64 * 1024;
/** The most bytes that a UTF-16 code unit takes in UTF-8. */
const widest = 3;
const quote = 0x22;
const backslash = 0x5c;

// Fresh memory of this size comes from the system page by page, which costs as much as writing to it.
const spares: Buffer<ArrayBuffer>[] = [];
const mostSpares = 16;
const mostBytes = 256 * 1024 * 1024;
// Of what is expected: the next batch, which may be a little larger, shall fit in the same buffer.
const slack = 1.125;
const mostSlack = 4;

/** Gives back what `bytes` answered, for other lines to be written to: nobody looks at it any more. */
export function giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
  // What was handed over to another thread is empty here.
  if (buffer.byteLength < leastBytes) return;
  spares.push(Buffer.from(buffer));
  spares.sort((one, other) => one.length - other.length);
  if (spares.length > mostSpares) spares.shift();
  while (spares.reduce((sum, { length }) => sum + length, 0) > mostBytes) spares.pop();
}

/** The smallest that is large enough, but none of the large ones for a few rows: they are left for those who need them. */
function takeSpare(expected: number): Buffer<ArrayBuffer> | undefined {
  const most = mostSlack * Math.max(leastBytes, expected);
  const at = spares.findIndex(({ length }) => length >= expected && length <= most);
  if (at !== -1) return spares.splice(at, 1)[0];
  // The largest of those that are too small makes way for a new one, so that there are no more than were ever used at once.
  const outgrown = spares.findLastIndex(({ length }) => length < expected);
  if (outgrown !== -1) spares.splice(outgrown, 1);
  return undefined;
}

/** JSON lines written one after another into one growing buffer. */
export class Lines {
  #buffer: Buffer<ArrayBuffer>;
  #length = 0;

  /** `expected`: how many bytes will probably come; growing costs a copy and fresh pages each time. */
  constructor(expected = 0) {
    this.#buffer =
      takeSpare(expected) ?? Buffer.allocUnsafeSlow(Math.max(leastBytes, Math.ceil(expected * slack)));
  }

  add(row: readonly unknown[]): void {
    this.#line(JSON.stringify(row));
  }

  /** Adds a row that begins with `columns`, a JSON array that is not closed. */
  addTo(columns: string, more: readonly unknown[]): void {
    this.#line(more.length === 0 ? `${columns}]` : `${columns},${JSON.stringify(more).slice(1)}`);
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

  #line(line: string): void {
    this.#room(line.length * widest + 1);
    this.#text(line);
    this.#text("\n");
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
