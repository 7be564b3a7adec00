import { hash, timingSafeEqual } from "node:crypto";
import { commonProblem } from "@portalstream/runtime";
import type { onRequestHookHandler } from "fastify";

/** What the keys that read some portals begin with. */
export const portalKeyPrefix = "psk_";

/** Lets a request pass only with the admin key, compared in constant time. A portal key is told that it may not, any other that it is none. */
export function requireAdmin(adminKey: string): onRequestHookHandler {
  const expected = hash("sha256", adminKey, "buffer");
  return async (request) => {
    const key = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (key === undefined) throw unauthorized();
    if (timingSafeEqual(hash("sha256", key, "buffer"), expected)) return;
    if (!key.startsWith(portalKeyPrefix)) throw unauthorized();
    throw commonProblem("forbidden");
  };
}

const unauthorized = () => commonProblem("unauthorized", undefined, { "www-authenticate": "Bearer" });
