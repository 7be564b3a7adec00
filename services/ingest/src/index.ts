export { adminRoutes } from "./admin/described.ts";
export { buildIngest, type IngestOptions } from "./build-ingest.ts";
