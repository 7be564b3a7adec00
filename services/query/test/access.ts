import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventLog } from "@portalstream/event-log";
import { type AnyRecord, encodeRecord, topicOf } from "@portalstream/events";
import { Access } from "../src/http/access.ts";

/** Keys and portals in a log of their own. */
export async function openTestAccess(maxAgeMs = 600_000) {
  const path = await mkdtemp(join(tmpdir(), "query-access-"));
  const log = await openEventLog({ kind: "embedded", path, partitions: 1, role: "writer" });
  const access = new Access({ open: async () => log, maxAgeMs });
  await access.refresh();
  return {
    access,
    log,
    /** Appends what such rows are made from, where `table` is one of keys or portals. */
    async keep(table: string, rows: readonly (readonly unknown[])[]): Promise<void> {
      for (const row of rows) {
        const record = recordOf(table, row);
        if (record === null) return;
        await log.append(topicOf(record), [{ key: String(row[0]), value: encodeRecord(record) }]);
      }
      await access.refresh();
    },
    async close(): Promise<void> {
      await log.close();
      await rm(path, { recursive: true, force: true });
    },
  };
}

function recordOf(table: string, row: readonly unknown[]): AnyRecord | null {
  if (table === "portals") {
    const [portal, application, domain, , enrolledAt, changedAt] = row;
    return {
      kind: "registration",
      portal: String(portal),
      application: String(application),
      domain: String(domain),
      status: "active",
      enrolledAt: Number(enrolledAt),
      changedAt: Number(changedAt),
      token: Buffer.alloc(0),
      previous: null,
    };
  }
  if (table !== "api_keys") return null;
  const [id, name, hash, portals, createdAt, revokedAt] = row;
  return {
    kind: "apiKey",
    id: String(id),
    name: String(name),
    hash: String(hash),
    portals: Array.isArray(portals) ? portals.map(String) : [],
    createdAt: Number(createdAt),
    revokedAt: revokedAt === null ? null : Number(revokedAt),
  };
}
