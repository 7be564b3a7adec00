import type { Socket } from "node:net";
import { type CommonProblemCode, commonProblem } from "@portalstream/runtime";

const codes: ReadonlyMap<string | undefined, CommonProblemCode> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", "request_timeout"],
  ["HPE_HEADER_OVERFLOW", "headers_too_large"],
]);

const reasons: ReadonlyMap<number, string> = new Map([
  [400, "Bad Request"],
  [408, "Request Timeout"],
  [431, "Request Header Fields Too Large"],
]);

/** Answers what never became a request: it was not complete in time, or it is not HTTP. The connection ends. */
export function answerClientError(error: { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  if (socket.writable) socket.write(answerOf(codes.get(error.code) ?? "invalid_request"));
  socket.destroySoon();
}

function answerOf(code: CommonProblemCode): string {
  const problem = commonProblem(code);
  const body = JSON.stringify(problem);
  return [
    `HTTP/1.1 ${problem.status} ${reasons.get(problem.status)}`,
    `date: ${new Date().toUTCString()}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
    "",
    body,
  ].join("\r\n");
}
