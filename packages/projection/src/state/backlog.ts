import type { Batch, EventLog } from "@portalstream/event-log";
import type { ChatFacts } from "./chat-facts.ts";
import type { Writers } from "./load-portals.ts";
import type { Pending, PendingFolds } from "./pending-folds.ts";
import type { StateFold } from "./state-fold.ts";

/**
 * A batch of `batchRecords` or more, with `records` behind it, begins to leave state for later; it goes on until fewer than `batchRecords`
 * are left. After `foldAfterMs` state is brought up to date though the backlog has not ended.
 */
export type BacklogRules = { records: number; batchRecords: number; foldAfterMs: number };

export const backlogRules: BacklogRules = {
  records: 100_000,
  batchRecords: 1_000,
  foldAfterMs: 5 * 60 * 1000,
};

const pauseMs = 5_000;
const factsAReport = 250_000;

export type BacklogWorld = {
  log: Pick<EventLog, "extents" | "progress">;
  group: string;
  topics: readonly string[];
  fold: StateFold;
  pending: PendingFolds;
  writers: Writers;
  rules: BacklogRules;
  /** Hears how many facts were folded, from time to time and at the end. */
  onFolded: (facts: number) => void;
  onError: (error: unknown) => void;
};

/**
 * Keeps the state of batches up to date. Far behind the log, chats would be read and folded once for every batch that tells of them:
 * then facts are stored alone, their portals are put on a durable list, and each chat is folded once when the backlog ends. When the
 * group of one process has no lag, its state is complete; several processes may take some seconds more.
 */
export class Backlog {
  readonly #world: BacklogWorld;
  /** As far as this process knows; what other processes do is read. */
  #known: readonly Pending[] | null = null;
  /** By partition, when the first of what is pending was put on the list here. */
  readonly #since = new Map<number, number>();
  #timer: NodeJS.Timeout | null = null;
  #folding: Promise<void> = Promise.resolve();
  /** The offset behind the last record of a batch that came here, by topic and partition. */
  readonly #taken = new Map<string, number>();
  readonly #stopped = new AbortController();

  constructor(world: BacklogWorld) {
    this.#world = world;
  }

  /** Folds what a former process left, and what is left where no more records come. */
  start(): void {
    const again = () => {
      this.#folding = this.#foldOverdue().finally(() => {
        this.#timer = setTimeout(again, pauseMs).unref();
      });
    };
    again();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#folding;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #foldOverdue(): Promise<void> {
    const { rules, onError } = this.#world;
    const { signal } = this.#stopped;
    try {
      for (const partition of new Set((await this.#pending()).map((one) => one.partition)))
        if (this.#isOld(partition) || (await this.#left(partition)) < rules.batchRecords)
          await this.#foldPending(partition, signal).catch((error: unknown) => {
            if (!signal.aborted) onError(error);
          });
    } catch (error) {
      if (!signal.aborted) onError(error);
    }
  }

  /** Whether the state of this batch is left for later; to be called before its facts are made. */
  async leavesState({ topic, partition, records }: Batch): Promise<boolean> {
    const { rules } = this.#world;
    const place = placeOf(topic, partition);
    this.#taken.set(place, Math.max(this.#taken.get(place) ?? 0, (records.at(-1)?.offset ?? -1) + 1));
    const isPending = await this.#isPending(partition);
    if (!isPending && records.length < rules.batchRecords) return false;
    return (await this.#left(partition)) >= (isPending ? rules.batchRecords : rules.records);
  }

  /** Facts of these portals are in the tables. Resolves when their state is on the list. */
  async leave(partition: number, portals: readonly string[], signal: AbortSignal): Promise<void> {
    if (portals.length === 0) return;
    const { fold, pending, rules } = this.#world;
    const added = await pending.add(partition, portals);
    if (this.#known !== null) this.#known = [...this.#known, added];
    await fold.forget(portals);
    // The batch that ended the backlog may have read the list before these portals were on it.
    if (this.#isOld(partition) || (await this.#left(partition)) < rules.batchRecords)
      await this.#foldPending(partition, signal);
  }

  /** The chat facts of a batch, which are in the tables when `stored` resolves. Resolves when the state is in. */
  async apply(
    partition: number,
    chatFacts: readonly ChatFacts[],
    stored: Promise<unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    const isPending = await this.#isPending(partition);
    if (isPending) await stored;
    const folded = isPending ? await this.#foldPending(partition, signal) : new Set();
    await this.#world.fold.apply(
      chatFacts.filter(({ portal }) => !folded.has(portal)),
      stored,
    );
  }

  /** Resolves with the portals whose facts, those stored before this call at least, are all in the state. */
  async #foldPending(partition: number, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const { fold, pending, onFolded } = this.#world;
    let found: readonly Pending[] = [];
    const list = async () => {
      signal.throwIfAborted();
      found = (await this.#pending()).filter((one) => one.partition === partition);
      return [...new Set(found.flatMap((one) => one.portals))];
    };
    let facts = 0;
    const onFacts = (count: number) => {
      signal.throwIfAborted();
      facts += count;
      if (facts < factsAReport) return;
      onFolded(facts);
      facts = 0;
    };
    const portals = await fold.catchUp(list, onFacts);
    if (found.length === 0) return new Set();
    onFolded(facts);
    await pending.remove(found);
    if (this.#known !== null) this.#known = this.#known.filter((one) => !found.includes(one));
    this.#since.delete(partition);
    return new Set(portals);
  }

  /** Whether something has been on the list for too long, as far as this process knows. */
  #isOld(partition: number): boolean {
    const since = this.#since.get(partition) ?? performance.now();
    this.#since.set(partition, since);
    return performance.now() - since >= this.#world.rules.foldAfterMs;
  }

  async #isPending(partition: number): Promise<boolean> {
    return (await this.#pending()).some((one) => one.partition === partition);
  }

  async #pending(): Promise<readonly Pending[]> {
    if (this.#known !== null) return this.#known;
    const found = await this.#world.pending.read();
    if (this.#world.writers === "one") this.#known ??= found;
    return this.#known ?? found;
  }

  /** How many records of the partitions of this number no batch here has taken and the group has not finished. */
  async #left(partition: number): Promise<number> {
    const { log, group, topics } = this.#world;
    let left = 0;
    for (const topic of topics) {
      const [extents, progress] = await Promise.all([log.extents(topic), log.progress(group, topic)]);
      const extent = extents.find((one) => one.partition === partition);
      const next = progress.find((one) => one.partition === partition)?.next ?? 0;
      const taken = this.#taken.get(placeOf(topic, partition)) ?? 0;
      if (extent !== undefined) left += Math.max(0, extent.end - Math.max(extent.first, next, taken));
    }
    return left;
  }
}

const placeOf = (topic: string, partition: number) => `${topic}/${partition}`;
