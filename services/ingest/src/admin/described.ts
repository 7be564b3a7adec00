import { createApiKeySchema, revokeApiKeySchema } from "./api-keys.ts";
import { enrolPortalSchema } from "./portals.ts";

const noSuchKey = { code: "api_key_not_found", status: 404, meaning: "There is no API key of this id." };

/** The admin routes for the API's description. */
export const adminRoutes = [
  { method: "put", path: "/v1/portals/:memberId", tag: "portals", ...enrolPortalSchema },
  { method: "post", path: "/v1/api-keys", tag: "api-keys", ...createApiKeySchema },
  {
    method: "delete",
    path: "/v1/api-keys/:id",
    tag: "api-keys",
    ...revokeApiKeySchema,
    problems: [noSuchKey],
  },
] as const;
