export { adminRoutes } from "./admin/described.ts";
export { buildIngest, type IngestOptions } from "./build-ingest.ts";
export { registryCopy } from "./registry/copy.ts";
export { Registry, type RegistryObservation, type RegistryOptions } from "./registry/registry.ts";
export { Traffic } from "./traffic.ts";
