import { join } from "node:path";
import { at, fields, list, maps, readEnv, readYaml, type Tree, text } from "./read.ts";

export const folder = "infra/kubernetes";
export type Thing = { kind: string; name: string; tree: Tree };

const thing = (tree: Tree): Thing => ({
  kind: text(at(tree, "kind")),
  name: text(at(tree, "metadata.name")),
  tree,
});

/** A kustomization with all objects of the files that it and those below it list. */
export function readKustomization(path: string): { tree: Tree; things: Thing[]; files: string[] } {
  const tree = readYaml(`${path}/kustomization.yaml`)[0];
  const things: Thing[] = [];
  const files: string[] = [];
  for (const resource of list(at(tree, "resources")).map(text)) {
    const at = join(path, resource);
    if (resource.endsWith(".yaml")) {
      things.push(...readYaml(at).map(thing));
      files.push(at);
    } else {
      const below = readKustomization(at);
      things.push(...below.things);
      files.push(...below.files);
    }
  }
  return { tree, things, files };
}

/** What each patch of a kustomization is aimed at. */
export function patched(path: string, tree: Tree): { kind: string; name: string }[] {
  return list(at(tree, "patches")).flatMap((patch) => {
    const file = at(patch, "path");
    if (file !== undefined) return readYaml(join(path, text(file))).map(thing);
    return [{ kind: text(at(patch, "target.kind")), name: text(at(patch, "target.name")) }];
  });
}

export const isWorkload = ({ kind }: Thing): boolean => ["Deployment", "StatefulSet", "Job"].includes(kind);
export const podOf = ({ tree }: Thing): Tree => at(tree, "spec.template.spec");
export const labelsOf = ({ tree }: Thing): Record<string, Tree> => fields(labels(at(tree, "spec.template")));
const labels = (tree: Tree): Tree => at(tree, "metadata.labels");
export const containerOf = (workload: Thing): Tree => list(at(podOf(workload), "containers"))[0];

/** Whether a selector (plain labels, or matchLabels and matchExpressions) chooses these labels. */
export function selects(selector: Tree, chosen: Record<string, Tree>): boolean {
  const expressions = list(at(selector, "matchExpressions"));
  const plain =
    expressions.length > 0 || at(selector, "matchLabels") !== undefined
      ? fields(at(selector, "matchLabels"))
      : fields(selector);
  return (
    Object.entries(plain).every(([name, value]) => chosen[name] === value) &&
    expressions.every(
      (one) => at(one, "operator") === "In" && list(at(one, "values")).includes(chosen[text(at(one, "key"))]),
    )
  );
}

/** NAME=value of the ConfigMap that a kustomization makes, or adds to one below it. */
export function literals(tree: Tree): Record<string, string> {
  const pairs = list(at(tree, "configMapGenerator")).flatMap((one) => list(at(one, "literals")).map(text));
  return Object.fromEntries(
    pairs.map((pair) => [pair.split("=")[0] ?? "", pair.split("=").slice(1).join("=")]),
  );
}

/** The example of the Secret, every value filled in. */
export function exampleSecret(): Record<string, string> {
  const example = readEnv(`${folder}/overlays/small/secrets.example.env`);
  return Object.fromEntries(
    Object.entries(example).map(([name, value]) => [name, value || `${name}-0123456789`]),
  );
}

/** Names of pods' ConfigMaps or Secrets anywhere in the tree. */
export const references = (tree: Tree, field: string): string[] =>
  maps(tree).flatMap((map) => (field in map ? [text(at(map[field], "name"))] : []));
