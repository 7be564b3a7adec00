import { Readable } from "node:stream";
import type { Pace } from "@portalstream/clickhouse";
import type { FastifyReply } from "fastify";

/** What is no larger than this is put into JSON at once. */
const fewValues = 200;
const chunkLength = 2 ** 16;

/** The JSON of an answer, made in slices: one with many values must not hold the thread up. In chunks, since joining them would. */
export async function toJson(answer: unknown, pace: Pace): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let text = "";
  for (const part of partsOf(answer)) {
    text += part;
    if (text.length < chunkLength && !pace.over) continue;
    chunks.push(Buffer.from(text));
    text = "";
    if (pace.over) await pace.next();
  }
  if (text !== "") chunks.push(Buffer.from(text));
  return chunks;
}

export function sendJson(reply: FastifyReply, chunks: readonly Buffer[]): FastifyReply {
  reply.type("application/json; charset=utf-8");
  const [only, ...more] = chunks;
  if (more.length === 0) return reply.send(only);
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return reply.header("content-length", length).send(Readable.from(chunks, { objectMode: false }));
}

/** The texts that a value's JSON is made of, none of few values. Values as JSON.parse makes them, and undefined. */
function* partsOf(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null || leftOf(value, fewValues) > 0) {
    yield JSON.stringify(value) ?? "null";
    return;
  }
  let separator = "";
  if (Array.isArray(value)) {
    yield "[";
    for (const member of value) {
      yield separator;
      yield* partsOf(member);
      separator = ",";
    }
    yield "]";
    return;
  }
  yield "{";
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    yield `${separator}${JSON.stringify(name)}:`;
    yield* partsOf(member);
    separator = ",";
  }
  yield "}";
}

/** How much is left of `budget` when the values in this one were counted, a long text as several. None: 0 or less. */
function leftOf(value: unknown, budget: number): number {
  if (typeof value === "string") return budget - 1 - (value.length >> 8);
  let left = budget - 1;
  if (typeof value !== "object" || value === null) return left;
  const members = Array.isArray(value) ? value : Object.values(value);
  for (const member of members) {
    if (left <= 0) return 0;
    left = leftOf(member, left);
  }
  return left;
}
