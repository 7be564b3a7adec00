import type { ClickHouse } from "@portalstream/clickhouse";
import { atScrape, type Metrics } from "@portalstream/runtime";
import { Gauge } from "prom-client";
import { loadSql } from "../http/sql.ts";

const lastEventsSql = loadSql(import.meta.url, "last-events.sql");

const maxAgeMs = 15_000;
const patienceMs = 500;

/** Portals that have gone silent, counted when Prometheus asks, at most every 15 s. */
export function watchLastEvents(db: ClickHouse, metrics: Metrics): void {
  const gauge = new Gauge({
    name: "portalstream_portals_by_last_event_age",
    help: "Enrolled portals by the age of their last event: 1h = up to an hour, 1d = longer, up to a day, and so on",
    labelNames: ["age"],
    registers: [metrics],
    collect: atScrape(maxAgeMs, patienceMs, async () => {
      const [ages = {}] = await db.query<Record<string, number>>(lastEventsSql);
      for (const [age, portals] of Object.entries(ages)) gauge.set({ age }, portals);
    }),
  });
}
