import { openChdb } from "./chdb/open-chdb.ts";
import { openHttp } from "./http/open-http.ts";
import type { ClickHouse } from "./port.ts";

export type ClickHouseConfig = { kind: "chdb"; path: string } | { kind: "http"; url: string };

export async function openClickHouse(config: ClickHouseConfig): Promise<ClickHouse> {
  return config.kind === "chdb" ? openChdb(config.path) : openHttp(config.url);
}
