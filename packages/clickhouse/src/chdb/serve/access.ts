import { hash, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { Refusal } from "./refusal.ts";

/** `open` where the address itself keeps others out. */
export type Access = { kind: "open" } | { kind: "password"; user: string; password: string };

export function checkAccess(access: Access, headers: IncomingHttpHeaders, url: URL): void {
  if (access.kind === "open") return;
  const { user, password } = given(headers, url);
  const right = [same(user, access.user), same(password, access.password)];
  if (right.includes(false))
    throw new Refusal(516, "AUTHENTICATION_FAILED", "Authentication failed: wrong user or password.");
}

function given(headers: IncomingHttpHeaders, url: URL): { user: string; password: string } {
  const basic = /^Basic (.+)$/i.exec(headers.authorization ?? "")?.[1];
  if (basic !== undefined) {
    const [user = "", ...password] = Buffer.from(basic, "base64").toString().split(":");
    return { user, password: password.join(":") };
  }
  return {
    user: text(headers["x-clickhouse-user"]) ?? url.searchParams.get("user") ?? "default",
    password: text(headers["x-clickhouse-key"]) ?? url.searchParams.get("password") ?? "",
  };
}

const text = (header: string | string[] | undefined) => (typeof header === "string" ? header : undefined);
const digest = (value: string) => Buffer.from(hash("sha256", value));
const same = (one: string, other: string) => timingSafeEqual(digest(one), digest(other));
