import { hash, timingSafeEqual } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { EventLog } from "@portalstream/event-log";
import { decodeRecord, encodeRecord, RecordError, type Registration, topics } from "@portalstream/events";
import type { RegistryCopy } from "./copy.ts";
import { createSeal, type Seal, SealError } from "./seal.ts";

/** A portal and application that webhooks are accepted from. The token itself is not kept in memory, only its digest. */
export type Enrolment = { portal: string; application: string; domain: string; digest: Buffer };
export type EnrolmentRequest = { portal: string; application: string; domain: string; token: string };
export type EnrolledPortal = { portal: string; domain: string; applications: string[]; enrolledAt: number };

export type RegistryOptions = {
  log: EventLog;
  secretKey: string;
  /** Null where the log is in this process: then it is never away, and nobody else writes it. */
  copy: RegistryCopy | null;
};

type Stored = { registration: Registration; enrolment: Enrolment };

/** How often what is not known is looked for in the log. */
const lookAgainMs = 250;
/** How long a webhook of a stranger waits for that: the log may be away. */
const patienceMs = 1_000;

const digestOf = (token: string): Buffer => hash("sha256", token, "buffer");
const boundTo = (portal: string, application: string): string => `${portal}/${application}`;

/** Enrolled portals, held in memory and followed from the log. */
export class Registry {
  readonly #log: EventLog;
  readonly #seal: Seal;
  readonly #copy: RegistryCopy | null;
  readonly #portals = new Map<string, Map<string, Stored>>();
  readonly #tokens = new Map<string, Map<string, Enrolment>>();
  readonly #next = new Map<number, number>();
  #refreshing: Promise<void> = Promise.resolve();
  #queued: Promise<void> | null = null;
  #refreshedAt = 0;

  private constructor({ log, secretKey, copy }: RegistryOptions) {
    this.#log = log;
    this.#seal = createSeal(secretKey);
    this.#copy = copy;
  }

  /**
   * Reads the registry whole; where the log is away, what the copy holds. Throws SealError when the secret key is not the one that
   * sealed it, and the log's error where there is neither.
   */
  static async open(options: RegistryOptions): Promise<Registry> {
    const registry = new Registry(options);
    try {
      await registry.refresh();
    } catch (error) {
      const known = error instanceof SealError ? [] : ((await options.copy?.load()) ?? []);
      if (known.length === 0) throw error;
      for (const record of known) registry.#keepRecord(record);
    }
    return registry;
  }

  /** Reads what other processes have enrolled since. */
  refresh(): Promise<void> {
    this.#refreshedAt = Date.now();
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

  /** Goes on reading what others enrol; `onError` hears each failure. Returns what ends it. */
  follow(everyMs: number, onError: (error: unknown) => void): () => void {
    const timer = setInterval(() => void this.refresh().catch(onError), everyMs);
    return () => clearInterval(timer);
  }

  /** Looks for what was not found, but not for each stranger anew. Whether a second look may find more. */
  async lookAgain(): Promise<boolean> {
    if (this.#copy === null || Date.now() - this.#refreshedAt < lookAgainMs) return false;
    const refreshed = this.refresh().then(
      () => true,
      () => false,
    );
    return Promise.race([refreshed, sleep(patienceMs, false, { ref: false })]);
  }

  /** The enrolment of this portal that holds this token; in constant time for a given portal. */
  match(portal: string, application: string | null, token: string): Enrolment | null {
    const digest = digestOf(token);
    let found: Enrolment | null = null;
    for (const { enrolment } of this.#portals.get(portal)?.values() ?? []) {
      const same = timingSafeEqual(enrolment.digest, digest);
      if (same && (application === null || application === enrolment.application)) found ??= enrolment;
    }
    return found;
  }

  /**
   * The one enrolment that holds this token, for events that do not name their portal; of several the one of this domain; null
   * where that does not single one out.
   */
  matchToken(application: string | null, token: string, domain: string): Enrolment | null {
    const holders = [...(this.#tokens.get(digestOf(token).toString("hex"))?.values() ?? [])].filter(
      (one) => application === null || application === one.application,
    );
    const candidates = holders.length > 1 ? holders.filter((one) => one.domain === domain) : holders;
    return candidates.length === 1 ? (candidates[0] ?? null) : null;
  }

  has(portal: string): boolean {
    return this.#portals.has(portal);
  }

  /** Enrols or changes; resolves when durable. */
  async enrol(request: EnrolmentRequest, now: number): Promise<EnrolledPortal> {
    const { portal, application, domain, token } = request;
    const before = this.#portals.get(portal)?.get(application)?.registration;
    const registration: Registration = {
      portal,
      application,
      domain,
      status: "active",
      enrolledAt: before?.enrolledAt ?? now,
      changedAt: now,
      token: this.#seal.seal(token, boundTo(portal, application)),
    };
    const value = encodeRecord({ kind: "registration", ...registration });
    await this.#log.append(topics.registry, [{ key: boundTo(portal, application), value }]);
    await this.refresh();
    const stored = [...(this.#portals.get(portal)?.values() ?? [])].map((one) => one.registration);
    return {
      portal,
      domain,
      applications: stored.map((one) => one.application).sort(),
      enrolledAt: Math.min(...stored.map((one) => one.enrolledAt)),
    };
  }

  async #readNew(): Promise<void> {
    let changed = false;
    for (const { partition, first, end } of await this.#log.extents(topics.registry)) {
      const from = this.#next.get(partition) ?? first;
      for await (const record of this.#log.read(topics.registry, partition, from, end)) {
        this.#keepRecord(record.value);
        this.#next.set(partition, record.offset + 1);
        changed = true;
      }
    }
    if (changed) await this.#copy?.save(this.#records());
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

  #records(): Uint8Array[] {
    return [...this.#portals.values()].flatMap((applications) =>
      [...applications.values()].map(({ registration }) =>
        encodeRecord({ kind: "registration", ...registration }),
      ),
    );
  }

  #keep(registration: Registration): void {
    const { portal, application } = registration;
    const digest = digestOf(this.#seal.open(registration.token, boundTo(portal, application)));
    const enrolment = { portal, application, domain: registration.domain, digest };
    const applications = this.#portals.get(portal) ?? new Map<string, Stored>();
    const before = applications.get(application);
    if (before !== undefined)
      this.#tokens.get(before.enrolment.digest.toString("hex"))?.delete(boundTo(portal, application));
    applications.set(application, { registration, enrolment });
    this.#portals.set(portal, applications);
    const token = digest.toString("hex");
    const holders = this.#tokens.get(token) ?? new Map<string, Enrolment>();
    holders.set(boundTo(portal, application), enrolment);
    this.#tokens.set(token, holders);
  }
}
