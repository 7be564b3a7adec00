import { hash, timingSafeEqual } from "node:crypto";
import { Problem } from "@portalstream/runtime";
import type { onRequestHookHandler } from "fastify";

/** Lets a request pass only with the admin key, compared in constant time. */
export function requireAdmin(adminKey: string): onRequestHookHandler {
  const expected = hash("sha256", adminKey, "buffer");
  return async (request) => {
    const key = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
    if (key !== undefined && timingSafeEqual(hash("sha256", key, "buffer"), expected)) return;
    throw new Problem({
      status: key === undefined ? 401 : 403,
      code: key === undefined ? "unauthorized" : "forbidden",
      title: key === undefined ? "A bearer key is needed" : "Only the admin key may do this",
      headers: { "www-authenticate": "Bearer" },
    });
  };
}
