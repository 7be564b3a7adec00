import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { Type } from "@sinclair/typebox";
import { defaultPreviousTokenSeconds, mostPreviousTokenSeconds } from "../registry/previous-token.ts";
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
    // No default here: the validator would fill it in, and a caller who says nothing is another case.
    previousTokenSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: mostPreviousTokenSeconds,
        description: `How long the token before this one stays valid, for events that are on their way while an application is updated; 0 ends it at once. Default: ${defaultPreviousTokenSeconds} where the token changes. Where it is the present token again, the previous one keeps its end, or ends sooner where this says so.`,
        examples: [defaultPreviousTokenSeconds],
      }),
    ),
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
      const { domain, applicationToken, application = "default", previousTokenSeconds = null } = request.body;
      const { memberId: portal } = request.params;
      const enrolled = await registry.enrol(
        { portal, application, domain, token: applicationToken, previousTokenSeconds },
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
