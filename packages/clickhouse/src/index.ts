export { ClickHouseFailure } from "./errors.ts";
export { MigrationError, migrate } from "./migrate.ts";
export { type ClickHouseConfig, openClickHouse } from "./open-clickhouse.ts";
export type { ClickHouse, Params } from "./port.ts";
