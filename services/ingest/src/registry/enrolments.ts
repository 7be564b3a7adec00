import { hash, timingSafeEqual } from "node:crypto";
import type { Registration } from "@portalstream/events";
import type { Seal } from "./seal.ts";

/** A portal and application that webhooks are accepted from. */
export type Enrolment = { portal: string; application: string; domain: string };

/** The tokens themselves are not kept in memory, only their digests. `validUntil`: infinite for the present token. */
type Held = { enrolment: Enrolment; digest: Buffer; validUntil: number };

/** The present token first. None where it cannot be opened: the one before may have been replaced for a reason. */
type Stored = { registration: Registration; tokens: readonly Held[] };

const digestOf = (token: string): Buffer => hash("sha256", token, "buffer");
const hexOf = (digest: Buffer): string => digest.toString("hex");
export const boundTo = (portal: string, application: string): string => `${portal}/${application}`;

/** The registrations that are known, by portal and application, and by token. Times are in milliseconds. */
export class Enrolments {
  readonly #seal: Seal;
  readonly #portals = new Map<string, Map<string, Stored>>();
  /** By digest, then by portal and application. */
  readonly #holders = new Map<string, Map<string, Held>>();

  constructor(seal: Seal) {
    this.#seal = seal;
  }

  /** Of two that were changed at the same time the later one holds: one key's records come in the log's order. */
  keep(registration: Registration): "older" | "opened" | "closed" {
    const { portal, application, changedAt } = registration;
    const key = boundTo(portal, application);
    const applications = this.#portals.get(portal) ?? new Map<string, Stored>();
    const before = applications.get(application);
    if (before !== undefined && before.registration.changedAt > changedAt) return "older";
    const tokens = this.#tokensOf(registration, key);
    this.#portals.set(portal, applications.set(application, { registration, tokens }));
    for (const { digest } of before?.tokens ?? []) this.#holders.get(hexOf(digest))?.delete(key);
    // Where both are the same token, the present one is the last to be set.
    for (const held of tokens.toReversed()) {
      const holders = this.#holders.get(hexOf(held.digest)) ?? new Map<string, Held>();
      this.#holders.set(hexOf(held.digest), holders.set(key, held));
    }
    return tokens.length === 0 ? "closed" : "opened";
  }

  /** The enrolment of this portal that holds this token; in constant time for a given portal. */
  match(portal: string, application: string | null, token: string, now: number): Enrolment | null {
    const digest = digestOf(token);
    const same: Held[] = [];
    for (const { tokens } of this.#portals.get(portal)?.values() ?? []) {
      for (const held of tokens) if (timingSafeEqual(held.digest, digest)) same.push(held);
    }
    return valid(same, application, now)[0]?.enrolment ?? null;
  }

  /**
   * The one enrolment that holds this token, for events that do not name their portal; of several the one of this domain; null
   * where that does not single one out.
   */
  matchToken(application: string | null, token: string, domain: string, now: number): Enrolment | null {
    const same = [...(this.#holders.get(hexOf(digestOf(token)))?.values() ?? [])];
    const holders = valid(same, application, now);
    const candidates =
      holders.length > 1 ? holders.filter((one) => one.enrolment.domain === domain) : holders;
    return candidates.length === 1 ? (candidates[0]?.enrolment ?? null) : null;
  }

  /** Whether this is the present token; null where there is none that can be opened. */
  isPresent(portal: string, application: string, token: string): boolean | null {
    const [present] = this.#portals.get(portal)?.get(application)?.tokens ?? [];
    return present === undefined ? null : timingSafeEqual(present.digest, digestOf(token));
  }

  has(portal: string): boolean {
    return this.#stored(portal).some(({ tokens }) => tokens.length > 0);
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

  #tokensOf({ portal, application, domain, token, previous }: Registration, key: string): Held[] {
    const present = this.#seal.open(token, key);
    if (present === null) return [];
    const enrolment = { portal, application, domain };
    const held = [{ enrolment, digest: digestOf(present), validUntil: Number.POSITIVE_INFINITY }];
    const before = previous === null ? null : this.#seal.open(previous.token, key);
    if (previous !== null && before !== null)
      held.push({ enrolment, digest: digestOf(before), validUntil: previous.validUntil });
    return held;
  }
}

/** Those that hold at this time for this application. Where one of them is a present token, a previous one does not count. */
function valid(same: readonly Held[], application: string | null, now: number): Held[] {
  const holding = same.filter(
    ({ enrolment, validUntil }) =>
      now < validUntil && (application === null || application === enrolment.application),
  );
  const present = holding.filter(({ validUntil }) => validUntil === Number.POSITIVE_INFINITY);
  return present.length > 0 ? present : holding;
}
