import { hash, randomBytes, randomUUID } from "node:crypto";
import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import type { EventLog } from "@portalstream/event-log";
import { type ApiKey, decodeRecord, encodeRecord, topics } from "@portalstream/events";
import { Problem } from "@portalstream/runtime";
import { Type } from "@sinclair/typebox";
import { portalKeyPrefix } from "./bearer.ts";

const portal = Type.String({ pattern: "^[0-9A-Za-z_-]{1,64}$", examples: ["MEMBER_ID"] });
const time = Type.String({ format: "date-time" });
export const createApiKeySchema = {
  summary: "Make a key that reads some portals (admin); the key is shown this once",
  body: Type.Object(
    {
      name: Type.String({ minLength: 1, maxLength: 100, examples: ["dashboard"] }),
      portals: Type.Array(portal, { minItems: 1, maxItems: 10_000, uniqueItems: true }),
    },
    { additionalProperties: false },
  ),
  response: {
    201: Type.Object({
      id: Type.String(),
      name: Type.String(),
      portals: Type.Array(portal),
      createdAt: time,
      key: Type.String(),
    }),
  },
};
export const revokeApiKeySchema = {
  summary: "Revoke a key (admin)",
  params: Type.Object({ id: Type.String({ format: "uuid" }) }),
  response: { 204: Type.Null() },
};

export type ApiKeyContext = { log: EventLog; now: () => number; settled: () => Promise<void> };

/** `POST /v1/api-keys` and `DELETE /v1/api-keys/{id}`. Only the SHA-256 of a key is stored; it has 256 random bits. */
export const apiKeyRoutes =
  ({ log, now, settled }: ApiKeyContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    const store = async (record: ApiKey) => {
      await log.append(topics.apiKeys, [
        { key: record.id, value: encodeRecord({ kind: "apiKey", ...record }) },
      ]);
      await settled();
    };
    app.post("/v1/api-keys", { schema: createApiKeySchema }, async (request, reply) => {
      const { name, portals } = request.body;
      const key = `${portalKeyPrefix}${randomBytes(32).toString("base64url")}`;
      const createdAt = now();
      const id = randomUUID();
      await store({ id, name, hash: hash("sha256", key), portals, createdAt, revokedAt: null });
      return reply.code(201).send({ id, name, portals, createdAt: new Date(createdAt).toISOString(), key });
    });
    app.delete("/v1/api-keys/:id", { schema: revokeApiKeySchema }, async (request, reply) => {
      const found = await newest(log, request.params.id);
      if (found === null)
        throw new Problem({ status: 404, code: "api_key_not_found", title: "There is no such key" });
      if (found.revokedAt === null) await store({ ...found, revokedAt: now() });
      return reply.code(204).send(null);
    });
  };

async function newest(log: EventLog, id: string): Promise<ApiKey | null> {
  let found: ApiKey | null = null;
  for (const { partition, first, end } of await log.extents(topics.apiKeys)) {
    for await (const record of log.read(topics.apiKeys, partition, first, end)) {
      if (record.key !== id) continue;
      const decoded = decodeRecord(record.value);
      if (decoded.kind === "apiKey") found = decoded;
    }
  }
  return found;
}
