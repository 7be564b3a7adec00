import { type FileHandle, open } from "node:fs/promises";

/**
 * The file through which one connection takes its rows, written over and over. The engine parses rows of a file for about
 * two thirds of the CPU time of rows that come with the statement, which it scans several times to find where they end.
 */
export class Spool {
  readonly path: string;
  readonly #file: FileHandle;

  private constructor(path: string, file: FileHandle) {
    this.path = path;
    this.#file = file;
  }

  static async open(path: string): Promise<Spool> {
    return new Spool(path, await open(path, "w"));
  }

  /** Makes the file hold these bytes, one part after the other, and nothing else. Not synced: it is of no use after the insert. */
  async fill(parts: readonly Uint8Array[]): Promise<void> {
    let length = 0;
    let left = parts;
    while (left.length > 0) {
      const { bytesWritten } = await this.#file.writev(left, length);
      length += bytesWritten;
      left = after(left, bytesWritten);
    }
    await this.#file.truncate(length);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** What is left of the parts behind their first bytes. */
function after(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let skipped = 0;
  return parts.flatMap((part) => {
    const start = Math.max(0, bytes - skipped);
    skipped += part.length;
    return start < part.length ? [part.subarray(start)] : [];
  });
}
