import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { syncFolders } from "../lmdb/folder.ts";
import { EventLogError } from "../port.ts";

/** `cluster` null: not reached yet. */
type Known = { prefix: string; cluster: string | null };

/**
 * Whom the spooled records are for, in a file beside them: a data folder may come to be used with other settings, and would bring
 * one installation's events into another's topics. Who means that removes the file.
 */
export class Destination {
  readonly #folder: string;
  readonly #left: number;
  readonly #known: Known;

  /** `left`: how many records an earlier process has left there. */
  constructor(folder: string, prefix: string, left: number) {
    this.#folder = folder;
    this.#left = left;
    const found = read(this.#file);
    if (found?.prefix === prefix) {
      this.#known = found;
      return;
    }
    if (found !== null && left > 0)
      throw this.#refusal(`the prefix "${found.prefix}"`, `it is "${prefix}" now`);
    this.#known = { prefix, cluster: null };
    this.#write();
  }

  /** Called before anything is sent; what came meanwhile is for this cluster. */
  reached(cluster: string): void {
    const { cluster: expected } = this.#known;
    if (expected === cluster) return;
    if (expected !== null && this.#left > 0)
      throw this.#refusal(`the Kafka cluster ${expected}`, `this one is ${cluster}`);
    this.#known.cluster = cluster;
    this.#write();
  }

  get #file(): string {
    return join(this.#folder, "destination");
  }

  #refusal(expected: string, found: string): EventLogError {
    const what = `${this.#left} records in ${this.#folder} wait for ${expected}, but ${found}`;
    const remedy = `Start with the former settings until they are sent, or remove ${this.#file} to send them to the latter`;
    return new EventLogError("log_misconfigured", false, `${what}. ${remedy}`);
  }

  #write(): void {
    const { prefix, cluster } = this.#known;
    const fresh = `${this.#file}.new`;
    try {
      writeFileSync(fresh, `prefix ${prefix}\ncluster ${cluster ?? ""}\n`, { flush: true });
      renameSync(fresh, this.#file);
    } catch (cause) {
      throw new EventLogError("log_unavailable", true, `${this.#file} cannot be written`, { cause });
    }
    syncFolders(this.#folder, []);
  }
}

/** Null where nothing is known: the file was removed, or the spool is older than it. */
function read(file: string): Known | null {
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const [, prefix, cluster] = /^prefix (.*)\ncluster (.*)\n$/.exec(text) ?? [];
  return prefix === undefined ? null : { prefix, cluster: cluster || null };
}
