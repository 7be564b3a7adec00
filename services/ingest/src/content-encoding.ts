import type { IncomingHttpHeaders } from "node:http";

/** What a refusal tells the sender: the codings that would be taken. */
export const takenEncodings = { "accept-encoding": "identity" };

/** Whether the body is compressed or otherwise encoded. No route reads such a body. */
export function isEncoded(headers: IncomingHttpHeaders): boolean {
  const codings = (headers["content-encoding"] ?? "").split(",").map((one) => one.trim().toLowerCase());
  return codings.some((coding) => coding !== "" && coding !== "identity");
}
