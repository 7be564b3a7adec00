import { globSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { metrics, metricsTable, otherMetrics, scrapeLabels } from "./declared.ts";
import { namesIn } from "./promql.ts";
import { at, fields, list, maps, readJson, readText, readYaml, root, type Tree, text } from "./read.ts";

const folder = "infra/observability";
const dashboard = readJson(`${folder}/grafana/portalstream.json`);
const rules = list(at(readYaml(`${folder}/alerts.yml`)[0], "groups")).flatMap((group) =>
  list(at(group, "rules")),
);
const prometheus = readYaml(`${folder}/prometheus.yml`)[0];
const compose = readYaml("docker-compose.yml")[0];

const panels = list(at(dashboard, "panels"));
const targets = panels.flatMap((panel) => list(at(panel, "targets")));
const asked = [
  ...targets.map((target) => ({
    where: `dashboard: ${text(at(target, "expr"))}`,
    expr: text(at(target, "expr")),
  })),
  ...rules.map((rule) => ({ where: `alert ${text(at(rule, "alert"))}`, expr: text(at(rule, "expr")) })),
];
const known = { ...metrics, ...otherMetrics };

/** The declared metric of a series: a histogram is asked for by its buckets, sum and count. */
function metricOf(series: string) {
  const base = series.replace(/_(bucket|sum|count)$/, "");
  const histogram = known[base];
  if (base !== series && histogram?.kind === "histogram") return histogram;
  const metric = known[series];
  return metric?.kind === "histogram" ? undefined : metric;
}

describe("what PromQL names is found", () => {
  test("metrics, and the labels of each", () => {
    const names = namesIn(
      'sum by (a, b) (rate(m_total{c=~"x{2}|y",d!="z"}[5m])) > 2 * n_bucket and on (e) absent(up)',
    );
    expect(names.metrics).toEqual(["m_total", "n_bucket", "up"]);
    expect(names.labels.map(({ label }) => label)).toEqual(["c", "d", "a", "b", "e"]);
  });
});

describe("dashboard and alerts ask for what the services measure", () => {
  test("every metric that is asked for is declared", () => {
    expect(asked.length).toBeGreaterThan(30);
    const unknown = asked.flatMap(({ where, expr }) =>
      namesIn(expr).metrics.flatMap((name) => (metricOf(name) === undefined ? `${name} in ${where}` : [])),
    );
    expect(unknown).toEqual([]);
    expect(asked.filter(({ expr }) => namesIn(expr).metrics.length === 0)).toEqual([]);
  });

  test("every label that is asked for is one of its metric's", () => {
    const wrong = asked.flatMap(({ where, expr }) =>
      namesIn(expr).labels.flatMap(({ label, of }) => {
        const has = of.some((name) => metricOf(name)?.labels.includes(label));
        return has || label === "le" || scrapeLabels.includes(label) ? [] : `${label} in ${where}`;
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("every declared metric is on the dashboard", () => {
    const shown = targets.flatMap((target) => namesIn(text(at(target, "expr"))).metrics);
    const missing = Object.keys(metrics).filter(
      (name) => !shown.some((series) => series.replace(/_(bucket|sum|count)$/, "") === name),
    );
    expect(missing).toEqual([]);
  });

  test("the table of metrics in docs/operations.md is the declared one", () => {
    const [, table = ""] = readText("docs/operations.md").split(/<!-- \/?metrics -->/);
    expect(table.trim()).toBe(metricsTable);
  });

  test("every metric that the documents name is declared", () => {
    const documents = globSync(["docs/*.md", "README.md", "infra/README.md"], { cwd: root });
    const named = documents.flatMap((path) =>
      [...readText(path).matchAll(/\bportalstream_[a-z_]+[a-z]/g)].map(([name]) => ({ path, name })),
    );
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ name }) => known[name] === undefined && metricOf(name) === undefined)).toEqual([]);
  });
});

describe("the dashboard", () => {
  test("panels have their own id and place, and the provisioned data source", () => {
    const ids = panels.map((panel) => at(panel, "id"));
    expect(new Set(ids).size).toBe(ids.length);
    const source = at(list(at(readYaml(`${folder}/grafana/datasources.yml`)[0], "datasources"))[0], "uid");
    const used = maps(dashboard).flatMap((map) => ("datasource" in map ? [at(map.datasource, "uid")] : []));
    expect(new Set(used)).toEqual(new Set([source]));
    const cells = panels.flatMap((panel) => {
      const place = fields(at(panel, "gridPos"));
      const [x, y, w, h] = [Number(place.x), Number(place.y), Number(place.w), Number(place.h)];
      expect(x + w).toBeLessThanOrEqual(24);
      return Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`);
    });
    expect(new Set(cells).size).toBe(cells.length);
  });

  test("the folder that it is provisioned from is the one it is mounted in", () => {
    const provider = list(at(readYaml(`${folder}/grafana/dashboards.yml`)[0], "providers"))[0];
    const mounts = list(at(compose, "services.grafana.volumes")).map(text);
    expect(mounts.some((mount) => mount.includes(`:${text(at(provider, "options.path"))}/`))).toBe(true);
  });
});

describe("alerts", () => {
  test("have a name of their own, a severity, and say what to do", () => {
    const names = rules.map((rule) => text(at(rule, "alert")));
    expect(new Set(names).size).toBe(names.length);
    for (const rule of rules) {
      expect(["warning", "critical"]).toContain(at(rule, "labels.severity"));
      expect(text(at(rule, "annotations.summary")).length).toBeGreaterThan(10);
      expect(text(at(rule, "annotations.description")).length).toBeGreaterThan(60);
    }
  });

  test("speak only of labels that their expression leaves", () => {
    const wrong = rules.flatMap((rule) => {
      const { labels } = namesIn(text(at(rule, "expr")));
      const words = text(at(rule, "annotations.summary")) + text(at(rule, "annotations.description"));
      const spoken = [...words.matchAll(/\$labels\.([a-z_]+)/g)].map(([, label = ""]) => label);
      const left = [
        ...labels.map(({ label }) => label),
        ...(text(at(rule, "expr")).includes("up{") ? scrapeLabels : []),
      ];
      return spoken
        .filter((label) => !left.includes(label))
        .map((label) => `${text(at(rule, "alert"))}: ${label}`);
    });
    expect(wrong).toEqual([]);
  });
});

describe("Prometheus", () => {
  test("scrapes every service that has metrics, by the names that compose gives them", () => {
    const scraped = maps(at(prometheus, "scrape_configs")).flatMap((map) => list(map.names).map(text));
    const long = ["ingest", "sessions", "analytics", "query"];
    expect(scraped.sort()).toEqual([...long].sort());
    const services: Record<string, Tree> = fields(at(compose, "services"));
    for (const name of long) expect(list(at(services[name], "command"))).toEqual([name]);
  });

  test("the rule files that it names are mounted beside it", () => {
    const mounts = list(at(compose, "services.prometheus.volumes")).map(text);
    for (const file of list(at(prometheus, "rule_files")))
      expect(mounts).toContain(`./${folder}/${text(file)}:/etc/prometheus/${text(file)}:ro`);
  });
});
