import { openChdb } from "./chdb/open-chdb.ts";
import { openHttp } from "./http/open-http.ts";
import type { ClickHouse } from "./port.ts";

/**
 * `url` is http://user:password@host:8123/database; `cluster` is the name under which its replicas know each other, or null.
 * `socket` is the file on which a process that owns a chdb folder serves it.
 */
export type ClickHouseConfig =
  | { kind: "chdb"; path: string }
  | { kind: "http"; url: string; cluster: string | null }
  | { kind: "socket"; path: string };

export async function openClickHouse(config: ClickHouseConfig): Promise<ClickHouse> {
  return config.kind === "chdb" ? openChdb(config.path) : openHttp(config);
}
