import { type EventLog, TopicReader } from "@portalstream/event-log";
import { type AnyRecord, type ApiKey, decodeRecord, RecordError, topics } from "@portalstream/events";

export type AccessLog = Pick<EventLog, "extents" | "read">;
export type AccessOptions = {
  /** Called until it resolves: the log may be away. */
  open: () => Promise<AccessLog>;
  /** Keys that were read longer ago may have been revoked since. */
  maxAgeMs: number;
  /** The first failure to read after a success, and the first success after failures. */
  observe?: (what: { kind: "not-followed"; error: unknown } | { kind: "followed-again" }) => void;
};

type Readers = { keys: TopicReader; portals: TopicReader };

/** API keys and enrolled portals, held in memory and followed from the log: who may read what is decided without a statement. */
export class Access {
  readonly #options: AccessOptions;
  readonly #keys = new Map<string, ApiKey>();
  readonly #idOfHash = new Map<string, string>();
  readonly #portals = new Set<string>();
  #readers: Promise<Readers> | null = null;
  /** Up to when everything that was written is known, on the monotonic clock. */
  #knownUntil: number | null = null;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Whether the log was read whole once. */
  get loaded(): boolean {
    return this.#knownUntil !== null;
  }

  /** Whether no key was revoked longer ago than the greatest age without being known as revoked here. */
  get isCurrent(): boolean {
    return this.#knownUntil !== null && performance.now() - this.#knownUntil <= this.#options.maxAgeMs;
  }

  /** Resolves when all that was written to the log before is known here. */
  async refresh(): Promise<void> {
    const began = performance.now();
    this.#readers ??= this.#open();
    const { keys, portals } = await this.#readers;
    await Promise.all([keys.read(), portals.read()]);
    this.#knownUntil = Math.max(began, this.#knownUntil ?? began);
  }

  /** Goes on reading what others write. Returns what ends it. */
  follow(everyMs: number): () => void {
    const { observe = () => {} } = this.#options;
    let lost = false;
    let running = false;
    let stopped = false;
    const read = async () => {
      if (running) return;
      running = true;
      try {
        await this.refresh();
        if (lost) observe({ kind: "followed-again" });
        lost = false;
      } catch (error) {
        if (!lost && !stopped) observe({ kind: "not-followed", error });
        lost = true;
      } finally {
        running = false;
      }
    };
    void read();
    const timer = setInterval(read, everyMs);
    return () => {
      stopped = true;
      clearInterval(timer);
    };
  }

  /** The key with this SHA-256, unless it was revoked. */
  keyOf(hash: string): ApiKey | null {
    const key = this.#keys.get(this.#idOfHash.get(hash) ?? "");
    return key === undefined || key.revokedAt !== null ? null : key;
  }

  hasPortal(portal: string): boolean {
    return this.#portals.has(portal);
  }

  async #open(): Promise<Readers> {
    try {
      const log = await this.#options.open();
      const reader = (topic: string) =>
        new TopicReader(log, topic, ({ value }) => {
          const record = decoded(value);
          if (record !== null) this.#keep(record);
        });
      return { keys: reader(topics.apiKeys), portals: reader(topics.registry) };
    } catch (error) {
      this.#readers = null;
      throw error;
    }
  }

  #keep(record: AnyRecord): void {
    if (record.kind === "registration") this.#portals.add(record.portal);
    if (record.kind !== "apiKey") return;
    const { kind: _, ...key } = record;
    this.#keys.set(key.id, key);
    this.#idOfHash.set(key.hash, key.id);
  }
}

/** A record that cannot be read neither gives access nor takes it away. */
function decoded(value: Uint8Array): AnyRecord | null {
  try {
    return decodeRecord(value);
  } catch (error) {
    if (error instanceof RecordError) return null;
    throw error;
  }
}
