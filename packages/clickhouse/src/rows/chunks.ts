/** Rows in ClickHouse's Native format: in each chunk whole blocks. */
export type Chunks = readonly Uint8Array[];

const chunkBytes = 4 * 1024 * 1024;
// Fresh memory comes from the system page by page, which costs as much as writing to it.
const spares: Buffer[] = [];
const mostSpares = 64;

/**
 * Memory for so many bytes, or more. It is shared, so that another thread can insert what one wrote. To hand it over instead costs much:
 * each time large buffers arrive, V8 takes its heap for grown by as much, and collects all of it.
 */
export function takeChunk(least: number): Buffer {
  const spare = least <= chunkBytes ? spares.pop() : undefined;
  return spare ?? Buffer.from(new SharedArrayBuffer(Math.max(least, chunkBytes)));
}

/** For other rows to be written to: nobody looks at these any more. */
export function giveBack(chunks: Chunks): void {
  for (const { buffer } of chunks)
    if (buffer.byteLength === chunkBytes && spares.length < mostSpares) spares.push(Buffer.from(buffer));
}
