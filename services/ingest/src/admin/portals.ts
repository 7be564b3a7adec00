import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "@sinclair/typebox";
import type { Registry } from "../registry/registry.ts";

export type AdminContext = {
  registry: Registry;
  now: () => number;
  /** Resolves when what was written before can be read through the query API, or when that takes too long. */
  settled: () => Promise<void>;
};

const params = Type.Object({ memberId: Type.String({ pattern: "^[0-9A-Za-z_-]{1,64}$" }) });
const body = Type.Object(
  {
    domain: Type.String({ pattern: "^[0-9A-Za-z.:_-]{1,255}$", examples: ["example.bitrix24.com"] }),
    applicationToken: Type.String({
      pattern: "^[!-~]{8,128}$",
      description: "What the portal sends as auth.application_token",
      examples: ["a7c12d3c4b5a69788796a5b4c3d2e1f0"],
    }),
    application: Type.Optional(Type.String({ pattern: "^[0-9A-Za-z._-]{1,64}$", default: "default" })),
  },
  { additionalProperties: false },
);
const answer = Type.Object({
  memberId: Type.String(),
  domain: Type.String(),
  applications: Type.Array(Type.String()),
  status: Type.Literal("active"),
  enrolledAt: Type.String({ format: "date-time" }),
});

export const enrolPortalSchema = {
  summary: "Enrol a portal or change its token (admin)",
  params,
  body,
  response: { 200: answer },
};

/** `PUT /v1/portals/{memberId}`. */
export const portalRoutes =
  ({ registry, now, settled }: AdminContext): FastifyPluginAsyncTypebox =>
  async (app) => {
    app.put("/v1/portals/:memberId", { schema: enrolPortalSchema }, async (request) => {
      const { domain, applicationToken, application = "default" } = request.body;
      const enrolled = await registry.enrol(
        { portal: request.params.memberId, application, domain, token: applicationToken },
        now(),
      );
      await settled();
      return {
        memberId: enrolled.portal,
        domain: enrolled.domain,
        applications: enrolled.applications,
        status: "active" as const,
        enrolledAt: new Date(enrolled.enrolledAt).toISOString(),
      };
    });
  };
