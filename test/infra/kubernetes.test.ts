import { globSync } from "node:fs";
import { loadConfig, settings } from "@portalstream/runtime";
import { describe, expect, test } from "vitest";
import { commands } from "../../services/standalone/src/commands.ts";
import { last, lineage, readStages } from "./dockerfile.ts";
import {
  containerOf,
  exampleSecret,
  folder,
  isWorkload,
  labelsOf,
  literals,
  patched,
  podOf,
  readKustomization,
  references,
  selects,
  type Thing,
} from "./kubernetes.ts";
import { at, fields, list, maps, readJson, readText, root, text } from "./read.ts";

const base = readKustomization(`${folder}/base`);
const overlays = ["small", "production"].map((name) => ({
  name,
  path: `${folder}/overlays/${name}`,
  ...readKustomization(`${folder}/overlays/${name}`),
}));
const of = (kind: string): Thing[] => base.things.filter((thing) => thing.kind === kind);
const workloads = base.things.filter(isWorkload);
const own = workloads.filter((workload) => text(at(containerOf(workload), "image")) === "portalstream");
const served = workloads.filter(({ kind }) => kind !== "Job");
const part = { "app.kubernetes.io/part-of": "portalstream" };
const stages = readStages("infra/docker/Dockerfile");
const ports = (workload: Thing) => list(at(containerOf(workload), "ports"));

const quantity = (value: string): number => {
  const [, number = "", unit = ""] = /^(\d+)(Mi|Gi)$/.exec(value) ?? [];
  return Number(number) * (unit === "Gi" ? 2 ** 30 : 2 ** 20);
};

describe("the base", () => {
  test("lists every file of its folder, and no object stands twice", () => {
    const files = globSync(`${folder}/base/*.yaml`, { cwd: root }).filter(
      (path) => !path.endsWith("kustomization.yaml"),
    );
    expect([...base.files].sort()).toEqual(files.sort());
    const names = base.things.map(({ kind, name }) => `${kind}/${name}`);
    expect(new Set(names).size).toBe(names.length);
    expect(workloads.map(({ kind, name }) => `${kind}/${name}`).sort()).toEqual([
      ...["Deployment/analytics", "Deployment/proxy", "Deployment/query", "Deployment/sessions"],
      ...["Job/migrate", "StatefulSet/ingest"],
    ]);
  });

  test.each(served)("$kind $name selects its own pods, and no others", (workload) => {
    const selector = at(workload.tree, "spec.selector");
    expect(workloads.filter((other) => selects(selector, labelsOf(other)))).toEqual([workload]);
    const spread = list(at(podOf(workload), "topologySpreadConstraints"));
    expect(spread.length).toBe(1);
    expect(selects(at(spread[0], "labelSelector"), labelsOf(workload))).toBe(true);
  });

  test.each(served)("$name has a service that leads to a port of its pods", (workload) => {
    const service = of("Service").find(({ name }) => name === workload.name);
    expect(selects(at(service?.tree, "spec.selector"), labelsOf(workload))).toBe(true);
    const offered = list(at(service?.tree, "spec.ports"));
    expect(offered.length).toBe(1);
    for (const port of offered)
      expect(ports(workload).map((one) => at(one, "name"))).toContain(at(port, "targetPort"));
    if (workload.kind === "StatefulSet") expect(at(workload.tree, "spec.serviceName")).toBe(service?.name);
  });

  test.each(workloads)(
    "$kind $name runs without rights on a file system that it cannot write",
    (workload) => {
      const pod = podOf(workload);
      const containers = list(at(pod, "containers"));
      expect(containers.length).toBe(1);
      expect(at(pod, "securityContext")).toMatchObject({
        runAsNonRoot: true,
        seccompProfile: { type: "RuntimeDefault" },
      });
      expect(Number(at(pod, "securityContext.runAsUser"))).toBeGreaterThan(0);
      expect(at(containers[0], "securityContext")).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      expect([at(pod, "automountServiceAccountToken"), at(pod, "enableServiceLinks")]).toEqual([
        false,
        false,
      ]);
      expect(text(at(containers[0], "resources.limits.memory"))).toMatch(/^\d+(Mi|Gi)$/);
      expect(text(at(containers[0], "resources.requests.cpu"))).toMatch(/^\d+m$/);
      expect(Number(at(pod, "terminationGracePeriodSeconds"))).toBeGreaterThan(15);
      const image = text(at(containers[0], "image")) === "portalstream" ? "portalstream" : "proxy";
      const user = `${text(at(pod, "securityContext.runAsUser"))}:${text(at(pod, "securityContext.runAsGroup"))}`;
      expect(user).toBe(last(lineage(stages, image), "USER"));
    },
  );

  test.each(workloads)("$name mounts volumes that it has, and all of them", (workload) => {
    const claims = list(at(workload.tree, "spec.volumeClaimTemplates")).map((claim) =>
      at(claim, "metadata.name"),
    );
    const volumes = list(at(podOf(workload), "volumes")).map((volume) => at(volume, "name"));
    const mounted = list(at(containerOf(workload), "volumeMounts")).map((mount) => at(mount, "name"));
    expect([...mounted].sort()).toEqual([...claims, ...volumes].sort());
  });

  test.each(served)("$name is asked for its health on a port that it has", (workload) => {
    const container = containerOf(workload);
    const ready = workload.name === "proxy" ? "/healthz" : "/readyz";
    expect(at(container, "livenessProbe.httpGet.path")).toBe("/healthz");
    expect(at(container, "readinessProbe.httpGet.path")).toBe(ready);
    for (const probe of maps(container).flatMap((map) => ("httpGet" in map ? [map.httpGet] : [])))
      expect(ports(workload).map((one) => at(one, "name"))).toContain(at(probe, "port"));
  });

  test("ingest keeps its spool where the image puts it, on a volume with room to spare", () => {
    const ingest = workloads.find(({ name }) => name === "ingest");
    const claim = list(at(ingest?.tree, "spec.volumeClaimTemplates"))[0];
    const mounts = ingest === undefined ? [] : list(at(containerOf(ingest), "volumeMounts"));
    const path = mounts.find((mount) => at(mount, "name") === at(claim, "metadata.name"));
    expect(last(lineage(stages, "portalstream"), "ENV")).toContain(
      `PORTALSTREAM_DATA_DIR=${text(at(path, "mountPath"))}`,
    );
    const room = quantity(text(at(claim, "spec.resources.requests.storage")));
    expect(room).toBeGreaterThanOrEqual(2 * settings.spoolMaxBytes.fallback);
  });
});

describe("what refers to others", () => {
  test("autoscaler, disruption budgets and Ingress mean what exists", () => {
    for (const { tree } of of("HorizontalPodAutoscaler")) {
      const target = at(tree, "spec.scaleTargetRef");
      const found = workloads.find(
        ({ kind, name }) => kind === at(target, "kind") && name === at(target, "name"),
      );
      expect(found).toBeDefined();
      expect(at(found?.tree, "spec.replicas")).toBeUndefined();
      expect(text(found && at(containerOf(found), "resources.requests.cpu"))).not.toBe("");
    }
    const budgets = of("PodDisruptionBudget");
    expect(budgets.map(({ name }) => name)).toEqual(expect.arrayContaining(["ingest", "query", "proxy"]));
    for (const { tree, name } of budgets)
      expect(
        served.filter((one) => selects(at(tree, "spec.selector"), labelsOf(one))).map((one) => one.name),
      ).toEqual([name]);
    const backends = of("Ingress").flatMap(({ tree }) =>
      maps(tree).flatMap((map) => ("backend" in map ? [map.backend] : [])),
    );
    expect(backends.length).toBeGreaterThan(0);
    for (const backend of backends) {
      const service = of("Service").find(({ name }) => name === at(backend, "service.name"));
      const offered = list(at(service?.tree, "spec.ports")).map((port) => at(port, "name"));
      expect(offered).toContain(at(backend, "service.port.name"));
      expect(service?.name).toBe("proxy");
    }
  });

  test("the proxy's upstreams are services on their ports", () => {
    const upstreams = [...readText("infra/docker/Caddyfile").matchAll(/reverse_proxy ([a-z]+):(\d+)/g)];
    expect(upstreams.length).toBe(2);
    for (const [, name, port] of upstreams) {
      const service = of("Service").find((one) => one.name === name);
      expect(list(at(service?.tree, "spec.ports")).map((one) => text(at(one, "port")))).toEqual([port]);
    }
  });

  test("network policies choose pods that exist, and every pod is closed but for what they open", () => {
    const policies = of("NetworkPolicy");
    const all = workloads.map((one) => ({ name: one.name, labels: { ...labelsOf(one), ...part } }));
    const chosen = (tree: Thing["tree"]) =>
      all.filter(({ labels }) => selects(at(tree, "spec.podSelector"), labels));
    const closed = policies.filter(
      ({ tree }) => at(tree, "spec.ingress") === undefined && chosen(tree).length === all.length,
    );
    expect(closed.map(({ tree }) => at(tree, "spec.policyTypes"))).toEqual([["Ingress", "Egress"]]);
    const selectors = policies.flatMap(({ tree }) =>
      maps(tree).flatMap((map) => ("podSelector" in map ? [map.podSelector] : [])),
    );
    for (const selector of selectors) {
      expect(all.some(({ labels }) => selects(selector, labels))).toBe(true);
      const named = maps(selector).flatMap((map) => list(map.values));
      expect(named.filter((name) => !all.some((one) => one.name === name))).toEqual([]);
    }
    for (const { tree } of policies.filter(({ tree }) => at(tree, "spec.ingress") !== undefined)) {
      const opened = maps(at(tree, "spec.ingress")).flatMap((map) =>
        list(map.ports).map((port) => at(port, "port")),
      );
      for (const { name } of chosen(tree)) {
        const listens = workloads
          .filter((one) => one.name === name)
          .flatMap((one) => ports(one).map((port) => at(port, "containerPort")));
        expect(listens).toEqual(expect.arrayContaining(opened));
      }
    }
  });

  test("config maps and secrets that pods name are made, with the keys that are asked for", () => {
    const made = list(at(base.tree, "configMapGenerator")).map((one) => text(at(one, "name")));
    for (const workload of own) {
      expect(references(podOf(workload), "configMapRef").every((name) => made.includes(name))).toBe(true);
      expect(
        new Set([
          ...references(podOf(workload), "secretRef"),
          ...references(podOf(workload), "secretKeyRef"),
        ]),
      ).toEqual(new Set(["portalstream"]));
      const keys = maps(podOf(workload)).flatMap((map) =>
        "secretKeyRef" in map ? [text(at(map.secretKeyRef, "key"))] : [],
      );
      expect(Object.keys(exampleSecret())).toEqual(expect.arrayContaining(keys));
    }
  });
});

describe.each(overlays)("the overlay $name", ({ name, path, tree, things }) => {
  const config = { ...literals(base.tree), ...literals(tree) };
  const sasl = { PORTALSTREAM_KAFKA_USERNAME: "user", PORTALSTREAM_KAFKA_PASSWORD: "word" };

  test("patches what exists", () => {
    const aims = patched(path, tree);
    expect(aims.length).toBeGreaterThan(0);
    for (const aim of aims)
      expect(things.map(({ kind, name }) => ({ kind, name }))).toContainEqual({
        kind: aim.kind,
        name: aim.name,
      });
  });

  test("names an exact version of every image that pods use: package.json's", () => {
    const images = list(at(tree, "images"));
    const used = workloads.map((workload) => text(at(containerOf(workload), "image")));
    expect(images.map((image) => text(at(image, "name"))).sort()).toEqual([...new Set(used)].sort());
    for (const image of images)
      expect(text(at(image, "newTag"))).toBe(text(at(readJson("package.json"), "version")));
  });

  test.each(own)("starts $name with its command and settings that hold together", (workload) => {
    const container = containerOf(workload);
    expect(list(at(container, "args"))).toEqual([workload.name]);
    expect(Object.keys(commands)).toContain(workload.name);
    const secret = exampleSecret();
    const env = list(at(container, "env")).map((one) => [
      text(at(one, "name")),
      secret[text(at(one, "valueFrom.secretKeyRef.key"))],
    ]);
    const environment = { ...config, ...secret, ...sasl, ...Object.fromEntries(env) };
    const known = Object.values(settings).map((setting) => setting.env);
    const given = Object.keys(environment).filter((key) => key.startsWith("PORTALSTREAM_"));
    expect(given.filter((key) => !known.includes(key))).toEqual([]);
    const { log, tables } = loadConfig(environment);
    expect(log).toMatchObject({ kind: "kafka", replication: name === "small" ? 1 : 3 });
    expect(tables).toMatchObject({ kind: "server" });
    const user = tables.kind === "server" ? new URL(tables.url).username : "";
    expect(user).toBe(workload.name === "query" ? "reader" : "portalstream");
  });

  test("keeps no secret in a file of the repository", () => {
    const generated = list(at(tree, "secretGenerator")).flatMap((one) => list(at(one, "envs")).map(text));
    const ignored = generated.length === 0 ? [] : readText(`${path}/.gitignore`).trim().split("\n");
    expect(generated.filter((file) => !ignored.includes(file))).toEqual([]);
    expect(Object.keys(config).filter((key) => /KEY|PASSWORD|CLICKHOUSE_URL/.test(key))).toEqual([]);
  });

  test("a monitor, where there is one, finds every service that has metrics", () => {
    for (const { tree } of things.filter(({ kind }) => kind === "ServiceMonitor")) {
      const found = of("Service").filter((one) =>
        selects(at(tree, "spec.selector"), fields(at(one.tree, "metadata.labels"))),
      );
      expect(found.map((one) => one.name).sort()).toEqual(["analytics", "ingest", "query", "sessions"]);
      for (const end of list(at(tree, "spec.endpoints")))
        for (const service of found)
          expect(list(at(service.tree, "spec.ports")).map((port) => at(port, "name"))).toContain(
            at(end, "port"),
          );
    }
  });
});
