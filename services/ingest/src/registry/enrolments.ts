import { hash, timingSafeEqual } from "node:crypto";
import type { Registration } from "@portalstream/events";
import type { Seal } from "./seal.ts";

/** A portal and application that webhooks are accepted from. The token itself is not kept in memory, only its digest. */
export type Enrolment = { portal: string; application: string; domain: string; digest: Buffer };

/** No enrolment where the token cannot be opened: the one before may have been replaced for a reason. */
type Stored = { registration: Registration; enrolment: Enrolment | null };

const digestOf = (token: string): Buffer => hash("sha256", token, "buffer");
export const boundTo = (portal: string, application: string): string => `${portal}/${application}`;

/** The registrations that are known, by portal and application, and by token. */
export class Enrolments {
  readonly #seal: Seal;
  readonly #portals = new Map<string, Map<string, Stored>>();
  readonly #tokens = new Map<string, Map<string, Enrolment>>();

  constructor(seal: Seal) {
    this.#seal = seal;
  }

  /** Of two that were changed at the same time the later one holds: one key's records come in the log's order. */
  keep(registration: Registration): "older" | "opened" | "closed" {
    const { portal, application, domain, changedAt } = registration;
    const key = boundTo(portal, application);
    const applications = this.#portals.get(portal) ?? new Map<string, Stored>();
    const before = applications.get(application);
    if (before !== undefined && before.registration.changedAt > changedAt) return "older";
    const token = this.#seal.open(registration.token, key);
    const enrolment = token === null ? null : { portal, application, domain, digest: digestOf(token) };
    this.#portals.set(portal, applications.set(application, { registration, enrolment }));
    if (before?.enrolment) this.#tokens.get(before.enrolment.digest.toString("hex"))?.delete(key);
    if (enrolment === null) return "closed";
    const digest = enrolment.digest.toString("hex");
    const holders = this.#tokens.get(digest) ?? new Map<string, Enrolment>();
    this.#tokens.set(digest, holders.set(key, enrolment));
    return "opened";
  }

  /** The enrolment of this portal that holds this token; in constant time for a given portal. */
  match(portal: string, application: string | null, token: string): Enrolment | null {
    const digest = digestOf(token);
    let found: Enrolment | null = null;
    for (const { enrolment } of this.#portals.get(portal)?.values() ?? []) {
      if (enrolment === null) continue;
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
    return this.#stored(portal).some(({ enrolment }) => enrolment !== null);
  }

  of(portal: string): Registration[] {
    return this.#stored(portal).map(({ registration }) => registration);
  }

  all(): Registration[] {
    return [...this.#portals.keys()].flatMap((portal) => this.of(portal));
  }

  /** There are registrations, and none can be opened. */
  get closed(): boolean {
    return this.#portals.size > 0 && ![...this.#portals.keys()].some((portal) => this.has(portal));
  }

  #stored(portal: string): Stored[] {
    return [...(this.#portals.get(portal)?.values() ?? [])];
  }
}
