import type { ApiKey, Registration } from "@portalstream/events";
import type { RecordPosition, Rows } from "@portalstream/projection";

/** A row of `portals`: the registration without its token. */
export function addRegistration(rows: Rows, registration: Registration, { offset }: RecordPosition): void {
  const { portal, application, domain, status, enrolledAt, changedAt } = registration;
  rows.add("portals", [portal, application, domain, status, enrolledAt, changedAt, offset + 1]);
}

/** A row of `api_keys`. */
export function addApiKey(rows: Rows, key: ApiKey, { offset }: RecordPosition): void {
  const revokedAt = key.revokedAt === null ? null : key.revokedAt;
  rows.add("api_keys", [key.id, key.name, key.hash, key.portals, key.createdAt, revokedAt, offset + 1]);
}
