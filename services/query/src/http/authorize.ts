import { hash, timingSafeEqual } from "node:crypto";
import { commonProblem } from "@portalstream/runtime";
import type { Access } from "./access.ts";
import { problem } from "./problems.ts";
import type { Caller, Route } from "./route.ts";

/** Who holds the bearer key. Throws the problem `unauthorized`, or `unavailable` where it may have been revoked without being known here. */
export function keyReader(access: Access, adminKey: string): (authorization: string | undefined) => Caller {
  const adminHash = hash("sha256", adminKey, "buffer");
  return (authorization) => {
    const key = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
    if (key === undefined) throw unauthorized();
    const keyHash = hash("sha256", key, "buffer");
    if (timingSafeEqual(keyHash, adminHash)) return { kind: "admin" };
    if (!access.loaded) throw notYet();
    if (!access.isCurrent) throw unavailable("the keys could not be read for too long");
    const found = access.keyOf(keyHash.toString("hex"));
    if (found === null) throw unauthorized();
    return { kind: "key", id: found.id, portals: found.portals };
  };
}

const unauthorized = () => problem("unauthorized", undefined, { "www-authenticate": "Bearer" });
const unavailable = (detail: string) => commonProblem("unavailable", detail, { "retry-after": "1" });
const notYet = () => unavailable("the keys were not read yet");

/** Throws unless this caller may ask this: another's portal is answered as one that does not exist. */
export function authorize(access: Access, required: Route["access"], caller: Caller, portal: string): void {
  if (required === "admin" && caller.kind !== "admin") throw problem("forbidden");
  if (required !== "portal") return;
  if (!access.loaded) throw notYet();
  if (caller.kind === "key" && !caller.portals.includes(portal)) throw problem("portal_not_found");
  if (!access.hasPortal(portal)) throw problem("portal_not_found");
}
