export { createApiKeySchema, revokeApiKeySchema } from "./admin/api-keys.ts";
export { enrolPortalSchema } from "./admin/portals.ts";
export { buildIngest, type IngestOptions } from "./build-ingest.ts";
