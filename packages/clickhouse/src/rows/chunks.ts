/** Rows in ClickHouse's Native format: in each chunk whole blocks. */
export type Chunks = readonly Uint8Array[];

const chunkBytes = 4 * 1024 * 1024;
// Fresh memory comes from the system page by page, which costs as much as writing to it.
const spares: Buffer[] = [];

// V8 does not count shared memory, so what failed inserts leave behind would pile up. Plain memory, once there is so much that is shared,
// makes it collect both.
const mostShared = 96;
let shared = 0;
const collected = new FinalizationRegistry<null>(() => {
  shared -= 1;
});

/**
 * Memory for so many bytes, or more. Most of it is shared, so that another thread can insert what one wrote. To hand it over instead costs
 * much: each time large buffers arrive, V8 takes its heap for grown by as much, and collects all of it. What is not shared is copied.
 */
export function takeChunk(least: number): Buffer {
  if (least > chunkBytes) return Buffer.allocUnsafeSlow(least);
  const spare = spares.pop();
  if (spare !== undefined) return spare;
  if (shared >= mostShared) return Buffer.allocUnsafeSlow(chunkBytes);
  const buffer = new SharedArrayBuffer(chunkBytes);
  shared += 1;
  collected.register(buffer, null);
  return Buffer.from(buffer);
}

/** For other rows to be written to: nobody looks at these any more. */
export function giveBack(chunks: Chunks): void {
  for (const { buffer } of chunks) if (buffer instanceof SharedArrayBuffer) spares.push(Buffer.from(buffer));
}
