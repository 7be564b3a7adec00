import { schemaVersions } from "@portalstream/events";
import type { FastifyInstance, FastifyReply } from "fastify";

const contentType = "application/vnd.schemaregistry.v1+json";

/** The log's schemas as Confluent's schema registry serves them, read-only; schemas are no secret, so no key is asked for. */
export function schemaRegistryRoutes(app: FastifyInstance): void {
  const send = (reply: FastifyReply, body: unknown) => reply.type(contentType).send(JSON.stringify(body));
  const missing = (reply: FastifyReply, code: number, message: string) =>
    send(reply.code(404), { error_code: code, message });
  const versionsOf = (subject: string) => schemaVersions.filter((one) => one.subject === subject);

  app.get("/subjects", (_request, reply) =>
    send(reply, [...new Set(schemaVersions.map(({ subject }) => subject))]),
  );
  app.get<{ Params: { id: string } }>("/schemas/ids/:id", ({ params }, reply) => {
    const found = schemaVersions.find(({ id }) => String(id) === params.id);
    return found === undefined
      ? missing(reply, 40403, "Schema not found")
      : send(reply, { schema: found.schema });
  });
  app.get<{ Params: { subject: string } }>("/subjects/:subject/versions", ({ params }, reply) => {
    const found = versionsOf(params.subject);
    if (found.length === 0) return missing(reply, 40401, "Subject not found");
    return send(
      reply,
      found.map(({ version }) => version),
    );
  });
  app.get<{ Params: { subject: string; version: string } }>(
    "/subjects/:subject/versions/:version",
    ({ params }, reply) => {
      const versions = versionsOf(params.subject);
      if (versions.length === 0) return missing(reply, 40401, "Subject not found");
      const found =
        params.version === "latest"
          ? versions.at(-1)
          : versions.find((one) => String(one.version) === params.version);
      return found === undefined ? missing(reply, 40402, "Version not found") : send(reply, found);
    },
  );
}
