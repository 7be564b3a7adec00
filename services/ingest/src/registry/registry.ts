import { setTimeout as sleep } from "node:timers/promises";
import type { EventLog } from "@portalstream/event-log";
import { decodeRecord, encodeRecord, RecordError, type Registration, topics } from "@portalstream/events";
import type { RegistryCopy } from "./copy.ts";
import { boundTo, type Enrolment, Enrolments } from "./enrolments.ts";
import { previousTokenOf } from "./previous-token.ts";
import { createSeal, type Seal } from "./seal.ts";

/** `previousTokenSeconds`: how long the token before this one stays valid; null where the caller does not say. */
export type EnrolmentRequest = {
  portal: string;
  application: string;
  domain: string;
  token: string;
  previousTokenSeconds: number | null;
};
export type EnrolledPortal = { portal: string; domain: string; applications: string[]; enrolledAt: number };

/** What only log lines want to know of. */
export type RegistryObservation =
  /** The tokens of these, each a portal/application, were sealed with another key; `all`: so were those of all others. */
  | { kind: "closed"; enrolments: readonly string[]; all: boolean }
  /** The first failure after a success, and the first success after failures. */
  | { kind: "not-followed"; error: unknown }
  | { kind: "followed-again" }
  /** The first failure after a success; it is tried again with each refresh. */
  | { kind: "copy-not-saved"; error: unknown };

export type RegistryOptions = {
  log: EventLog;
  secretKey: string;
  /** Null where the log is in this process: then it is never away, and nobody else writes it. */
  copy: RegistryCopy | null;
  observe?: (what: RegistryObservation) => void;
};

/** How often what is not known is looked for in the log. */
const lookAgainMs = 250;
/** How long a webhook of a stranger waits for that: the log may be away. */
const patienceMs = 1_000;

/** Enrolled portals, held in memory and followed from the log. */
export class Registry {
  readonly #log: EventLog;
  readonly #seal: Seal;
  readonly #copy: RegistryCopy | null;
  readonly #observe: (what: RegistryObservation) => void;
  readonly #enrolments: Enrolments;
  readonly #next = new Map<number, number>();
  /** Whose last record cannot be opened, and of which nobody was told yet. */
  readonly #untold = new Set<string>();
  #copyState: "saved" | "outdated" | "refused" = "saved";
  #refreshing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | null = null;
  #looking: Promise<boolean> | null = null;
  #readAt = Number.NEGATIVE_INFINITY;

  private constructor({ log, secretKey, copy, observe = () => {} }: RegistryOptions) {
    this.#log = log;
    this.#seal = createSeal(secretKey);
    this.#copy = copy;
    this.#observe = observe;
    this.#enrolments = new Enrolments(this.#seal);
  }

  /** Reads the registry whole; where the log is away, what the copy holds. Throws the log's error where there is neither. */
  static async open(options: RegistryOptions): Promise<Registry> {
    const registry = new Registry(options);
    try {
      await registry.refresh();
    } catch (error) {
      const known = (await options.copy?.load()) ?? [];
      if (known.length === 0) throw error;
      for (const record of known) registry.#keepRecord(record);
      registry.#tellClosed();
    }
    return registry;
  }

  /** Reads what other processes have enrolled since. */
  refresh(): Promise<void> {
    // A log that does not answer must not let them pile up: whoever comes while one waits to begin shares it.
    this.#queued ??= this.#refreshing
      .catch(() => {})
      .then(() => {
        this.#queued = null;
        return this.#readNew();
      });
    this.#refreshing = this.#queued;
    return this.#refreshing;
  }

  /** Goes on reading what others enrol. Returns what ends it. */
  follow(everyMs: number): () => void {
    let lost = false;
    const again = () => {
      if (lost) this.#observe({ kind: "followed-again" });
      lost = false;
    };
    const failed = (error: unknown) => {
      if (!lost) this.#observe({ kind: "not-followed", error });
      lost = true;
    };
    const timer = setInterval(() => void this.refresh().then(again, failed), everyMs);
    return () => clearInterval(timer);
  }

  /** Looks for what was not found, but not for each stranger anew. Whether a second look may find more. */
  async lookAgain(): Promise<boolean> {
    if (this.#copy === null) return false;
    this.#looking ??= Promise.race([this.#look(), sleep(patienceMs, false, { ref: false })]);
    return this.#looking;
  }

  async #look(): Promise<boolean> {
    await sleep(Math.max(0, this.#readAt + lookAgainMs - performance.now()));
    // Whoever comes from here on may ask for what this look is too early to find.
    this.#looking = null;
    return this.refresh().then(
      () => true,
      () => false,
    );
  }

  match(portal: string, application: string | null, token: string, now: number): Enrolment | null {
    return this.#enrolments.match(portal, application, token, now);
  }

  matchToken(application: string | null, token: string, domain: string, now: number): Enrolment | null {
    return this.#enrolments.matchToken(application, token, domain, now);
  }

  has(portal: string): boolean {
    return this.#enrolments.has(portal);
  }

  /** There are registrations, and none can be opened: with this secret key every webhook is refused. */
  get closed(): boolean {
    return this.#enrolments.closed;
  }

  /** Enrols or changes; resolves when durable. */
  async enrol(request: EnrolmentRequest, now: number): Promise<EnrolledPortal> {
    const { portal, application, domain, token, previousTokenSeconds: seconds } = request;
    await this.refresh();
    const before = this.#enrolments.of(portal).find((one) => one.application === application);
    const sameToken = this.#enrolments.isPresent(portal, application, token);
    const registration: Registration = {
      portal,
      application,
      domain,
      status: "active",
      enrolledAt: before?.enrolledAt ?? now,
      // The clock of the process that wrote the one before may be ahead of this one's.
      changedAt: Math.max(now, (before?.changedAt ?? 0) + 1),
      token: this.#seal.seal(token, boundTo(portal, application)),
      previous: previousTokenOf({ before, sameToken, seconds }, now),
    };
    const value = encodeRecord({ kind: "registration", ...registration });
    await this.#log.append(topics.registry, [{ key: boundTo(portal, application), value }]);
    this.#keep(registration);
    // It is enrolled already; this is for the copy, and whoever follows hears of the failure.
    await this.refresh().catch(() => {});
    const stored = this.#enrolments.of(portal);
    return {
      portal,
      domain,
      applications: stored.map((one) => one.application).sort(),
      enrolledAt: Math.min(...stored.map((one) => one.enrolledAt)),
    };
  }

  async #readNew(): Promise<void> {
    this.#readAt = performance.now();
    for (const { partition, first, end } of await this.#log.extents(topics.registry)) {
      const from = Math.max(first, this.#next.get(partition) ?? 0);
      if (from >= end) continue;
      for await (const record of this.#log.read(topics.registry, partition, from, end)) {
        this.#keepRecord(record.value);
        this.#next.set(partition, record.offset + 1);
      }
      // Compaction may have taken the last ones.
      this.#next.set(partition, end);
    }
    this.#tellClosed();
    await this.#saveCopy();
  }

  /** What cannot be read enrols nobody, and keeps nobody from being enrolled; the sessions projection rejects it for all to see. */
  #keepRecord(record: Uint8Array): void {
    try {
      const decoded = decodeRecord(record);
      if (decoded.kind === "registration") this.#keep(decoded);
    } catch (error) {
      if (!(error instanceof RecordError)) throw error;
    }
  }

  #keep(registration: Registration): void {
    const kept = this.#enrolments.keep(registration);
    if (kept === "older") return;
    const key = boundTo(registration.portal, registration.application);
    if (kept === "closed") this.#untold.add(key);
    else this.#untold.delete(key);
    if (this.#copyState === "saved") this.#copyState = "outdated";
  }

  #tellClosed(): void {
    if (this.#untold.size > 0)
      this.#observe({ kind: "closed", enrolments: [...this.#untold].sort(), all: this.closed });
    this.#untold.clear();
  }

  /** After a whole read only: what was read in part would take the place of a copy that knows more. */
  async #saveCopy(): Promise<void> {
    const before = this.#copyState;
    if (this.#copy === null || before === "saved") return;
    this.#copyState = "saved";
    try {
      const records = this.#enrolments.all();
      await this.#copy.save(records.map((one) => encodeRecord({ kind: "registration", ...one })));
    } catch (error) {
      this.#copyState = "refused";
      if (before !== "refused") this.#observe({ kind: "copy-not-saved", error });
    }
  }
}
