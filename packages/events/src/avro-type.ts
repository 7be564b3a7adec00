import avsc from "avsc";

// avsc keeps these two to itself; they are the only way to change how a built-in type reads and writes.
type Tap = {
  buf: Buffer;
  pos: number;
  readLong(): number;
  skipLong(): void;
  writeString(text: string): void;
};
declare module "avsc" {
  interface Type {
    _read(tap: Tap): unknown;
    _write(tap: Tap, value: unknown): void;
  }
}

/** avsc writes half of a surrogate pair as bytes that are not UTF-8, which strict readers refuse. */
class WellFormedString extends avsc.types.StringType {
  override _write(tap: Tap, value: unknown): void {
    if (typeof value !== "string") throw new TypeError("not a string");
    if (wroteShortAscii(tap, value)) return;
    tap.writeString(value.isWellFormed() ? value : value.toWellFormed());
  }
}

/** Most strings are short ids: one pass over them, where avsc measures first, saves a third of the time of encoding. */
function wroteShortAscii(tap: Tap, text: string): boolean {
  const { buf, pos } = tap;
  const start = pos + 1;
  if (text.length > 63 || start + text.length > buf.length) return false;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 127) return false;
    buf[start + index] = unit;
  }
  buf[pos] = 2 * text.length;
  tap.pos = start + text.length;
  return true;
}

/** avsc copies bytes out of the record, into fresh memory; a view will do, for nobody writes to a record. */
class ViewedBytes extends avsc.types.BytesType {
  override _read(tap: Tap): Buffer {
    const length = tap.readLong();
    const start = tap.pos;
    tap.pos += Math.max(0, length);
    return tap.buf.subarray(start, tap.pos);
  }
}

/** avsc believes any count, so that one damaged byte could fill the memory; an item takes at least one byte. */
class BoundedArray extends avsc.types.ArrayType {
  override _read(tap: Tap): unknown[] {
    const items: unknown[] = [];
    for (let count = tap.readLong(); count !== 0; count = tap.readLong()) {
      if (count < 0) tap.skipLong();
      const size = Math.abs(count);
      if (size > tap.buf.length - tap.pos) throw new RangeError("an array is longer than its record");
      for (let index = 0; index < size; index++) items.push(this.itemsType._read(tap));
    }
    return items;
  }
}

const wellFormedString = new WellFormedString();
const viewedBytes = new ViewedBytes();

export function avroType(schema: string): avsc.Type {
  return avsc.Type.forSchema(JSON.parse(schema), {
    wrapUnions: "never",
    omitRecordMethods: true,
    typeHook(part, options) {
      if (part === "string") return wellFormedString;
      if (part === "bytes") return viewedBytes;
      return "type" in Object(part) && Object(part).type === "array"
        ? new BoundedArray(part, options)
        : undefined;
    },
  });
}
