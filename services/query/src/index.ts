export { buildQuery, type QueryOptions } from "./build-query.ts";
export type { OtherRoute } from "./openapi/openapi.ts";
