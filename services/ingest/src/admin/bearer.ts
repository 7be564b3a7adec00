import { hash, timingSafeEqual } from "node:crypto";
import { Problem } from "@portalstream/runtime";
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
    throw new Problem({ status: 403, code: "forbidden", title: "Only the admin key may do this" });
  };
}

const unauthorized = () =>
  new Problem({
    status: 401,
    code: "unauthorized",
    title: "An API key is needed",
    headers: { "www-authenticate": "Bearer" },
  });
