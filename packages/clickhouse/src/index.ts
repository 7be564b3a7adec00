export { type Chdb, openChdb } from "./chdb/open-chdb.ts";
export type { Access, Listen, Served } from "./chdb/serve/serve.ts";
export { type ServeChdb, serveChdb } from "./chdb/serve-chdb.ts";
export { ClickHouseFailure } from "./errors.ts";
export { forCluster } from "./for-cluster.ts";
export { type Bounded, boundedAtOnce, type Limits, unlimited } from "./limits.ts";
export { MigrationError, migrate, pendingMigrations } from "./migrate.ts";
export { type ClickHouseConfig, openClickHouse } from "./open-clickhouse.ts";
export type { ClickHouse, Params } from "./port.ts";
export { linesOf } from "./read-rows.ts";
export { type Chunks, giveBack } from "./rows/chunks.ts";
export {
  count,
  flag,
  latin1Text,
  smallCount,
  text,
  textList,
  textOrNull,
  time,
  timeOrNull,
} from "./rows/columns.ts";
export { NativeRows } from "./rows/native-rows.ts";
export { type RowOf, type Table, table } from "./rows/table.ts";
export { type Pace, Turns, turns } from "./turns.ts";
