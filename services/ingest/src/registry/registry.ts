import { hash, timingSafeEqual } from "node:crypto";
import type { EventLog } from "@portalstream/event-log";
import { decodeRecord, encodeRecord, type Registration, topics } from "@portalstream/events";
import { createSeal, type Seal } from "./seal.ts";

/** A portal and application that webhooks are accepted from. The token itself is not kept in memory, only its digest. */
export type Enrolment = { portal: string; application: string; domain: string; digest: Buffer };
export type EnrolmentRequest = { portal: string; application: string; domain: string; token: string };
export type EnrolledPortal = { portal: string; domain: string; applications: string[]; enrolledAt: number };

type Stored = { registration: Registration; enrolment: Enrolment };

const digestOf = (token: string): Buffer => hash("sha256", token, "buffer");
const boundTo = (portal: string, application: string): string => `${portal}/${application}`;

/** Enrolled portals, held in memory and followed from the log. */
export class Registry {
  readonly #log: EventLog;
  readonly #seal: Seal;
  readonly #portals = new Map<string, Map<string, Stored>>();
  readonly #tokens = new Map<string, Map<string, Enrolment>>();
  readonly #next = new Map<number, number>();
  #refreshing: Promise<void> = Promise.resolve();

  private constructor(log: EventLog, seal: Seal) {
    this.#log = log;
    this.#seal = seal;
  }

  /** Reads the registry whole. Throws SealError when the secret key is not the one that sealed it. */
  static async open(log: EventLog, secretKey: string): Promise<Registry> {
    const registry = new Registry(log, createSeal(secretKey));
    await registry.refresh();
    return registry;
  }

  /** Reads what other processes have enrolled since. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.catch(() => {}).then(() => this.#readNew());
    return this.#refreshing;
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
    for (const { partition, first, end } of await this.#log.extents(topics.registry)) {
      const from = this.#next.get(partition) ?? first;
      for await (const record of this.#log.read(topics.registry, partition, from, end)) {
        const decoded = decodeRecord(record.value);
        if (decoded.kind === "registration") this.#keep(decoded);
        this.#next.set(partition, record.offset + 1);
      }
    }
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
