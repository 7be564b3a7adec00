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

  /** Makes the file hold these bytes and nothing else. Not synced: it is of no use after the insert. */
  async fill(bytes: Uint8Array): Promise<void> {
    let written = 0;
    while (written < bytes.length)
      written += (await this.#file.write(bytes, written, bytes.length - written, written)).bytesWritten;
    await this.#file.truncate(bytes.length);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
