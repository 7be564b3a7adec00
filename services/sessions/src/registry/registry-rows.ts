import type { ApiKey, Registration } from "@portalstream/events";
import { type RecordPosition, type Rows, seconds } from "@portalstream/projection";

/** A row of `portals`: the registration without its token. */
export function addRegistration(rows: Rows, registration: Registration, { offset }: RecordPosition): void {
  const { portal, application, domain, status, enrolledAt, changedAt } = registration;
  rows.add("portals", [portal, application, domain, status, seconds(enrolledAt), seconds(changedAt), offset + 1]);
}

/** A row of `api_keys`. */
export function addApiKey(rows: Rows, key: ApiKey, { offset }: RecordPosition): void {
  const revokedAt = key.revokedAt === null ? null : seconds(key.revokedAt);
  rows.add("api_keys", [key.id, key.name, key.hash, key.portals, seconds(key.createdAt), revokedAt, offset + 1]);
}
