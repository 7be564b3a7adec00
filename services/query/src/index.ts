export { buildQuery, type QueryOptions } from "./build-query.ts";
export { Access, type AccessLog, type AccessOptions } from "./http/access.ts";
export { withinEngine } from "./http/memory-share.ts";
export type { OtherRoute } from "./openapi/openapi.ts";
