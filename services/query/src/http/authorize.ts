import { hash, timingSafeEqual } from "node:crypto";
import type { ClickHouse } from "@portalstream/clickhouse";
import { problem } from "./problems.ts";
import type { Caller, Route } from "./route.ts";
import { loadSql } from "./sql.ts";

const findKey = loadSql(import.meta.url, "find-key.sql");
const findPortal = loadSql(import.meta.url, "find-portal.sql");

/** Who holds the bearer key. Throws the problem `unauthorized`. */
export function keyReader(
  db: ClickHouse,
  adminKey: string,
): (authorization: string | undefined) => Promise<Caller> {
  const adminHash = hash("sha256", adminKey, "buffer");
  return async (authorization) => {
    const key = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    if (key === undefined) throw unauthorized();
    const keyHash = hash("sha256", key, "buffer");
    if (timingSafeEqual(keyHash, adminHash)) return { kind: "admin" };
    const [found] = await db.query<{ id: string; portals: string[] }>(findKey, {
      hash: keyHash.toString("hex"),
    });
    if (found === undefined) throw unauthorized();
    return { kind: "key", id: found.id, portals: found.portals };
  };
}

const unauthorized = () => problem("unauthorized", undefined, { "www-authenticate": "Bearer" });

/** Throws unless this caller may ask this: another's portal is answered as one that does not exist. */
export async function authorize(
  db: ClickHouse,
  access: Route["access"],
  caller: Caller,
  portal: string,
): Promise<void> {
  if (access === "admin" && caller.kind !== "admin") throw problem("forbidden");
  if (access !== "portal") return;
  if (caller.kind === "key" && !caller.portals.includes(portal)) throw problem("portal_not_found");
  const [found] = await db.query(findPortal, { portal });
  if (found === undefined) throw problem("portal_not_found");
}
