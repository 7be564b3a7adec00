import { count, table, text, textList, time, timeOrNull } from "@portalstream/clickhouse";
import type { ApiKey, Registration } from "@portalstream/events";
import type { RecordPosition, Rows } from "@portalstream/projection";

export const portalsTable = table("portals", [
  text("portal"),
  text("application"),
  text("domain"),
  text("status"),
  time("enrolled_at"),
  time("changed_at"),
  count("version"),
]);

export const apiKeysTable = table("api_keys", [
  text("id"),
  text("name"),
  text("hash"),
  textList("portals"),
  time("created_at"),
  timeOrNull("revoked_at"),
  count("version"),
]);

/** A row of `portals`: the registration without its token. */
export function addRegistration(rows: Rows, registration: Registration, { offset }: RecordPosition): void {
  const { portal, application, domain, status, enrolledAt, changedAt } = registration;
  rows.add(portalsTable, [portal, application, domain, status, enrolledAt, changedAt, offset + 1]);
}

/** A row of `api_keys`. */
export function addApiKey(rows: Rows, key: ApiKey, { offset }: RecordPosition): void {
  rows.add(apiKeysTable, [key.id, key.name, key.hash, key.portals, key.createdAt, key.revokedAt, offset + 1]);
}
