import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const readText = (path: string): string => readFileSync(`${root}${path}`, "utf8");

/** What YAML and JSON are made of. */
export type Tree = string | number | boolean | null | undefined | Tree[] | { [name: string]: Tree };

/** Every document of a file; throws where it is not YAML, or a key stands twice. */
export function readYaml(path: string): Tree[] {
  return parseAllDocuments(readText(path), { merge: true, uniqueKeys: true }).map((document) => {
    if (document.errors.length > 0) throw new Error(`${path}: ${document.errors[0]?.message}`);
    const tree: Tree = document.toJS();
    return tree;
  });
}

export function readJson(path: string): Tree {
  const tree: Tree = JSON.parse(readText(path));
  return tree;
}

/** The fields of a map; none of anything else. */
export function fields(tree: Tree): Record<string, Tree> {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree) ? tree : {};
}
export const list = (tree: Tree): Tree[] => (Array.isArray(tree) ? tree : []);
export const text = (tree: Tree): string => (tree === null || tree === undefined ? "" : String(tree));

/** What stands at a path such as `spec.template.spec`; undefined where nothing does. */
export function at(tree: Tree, path: string): Tree {
  return path.split(".").reduce((part: Tree, name) => fields(part)[name], tree);
}

/** Every map in the tree, the tree itself first. */
export function maps(tree: Tree): Record<string, Tree>[] {
  if (Array.isArray(tree)) return tree.flatMap(maps);
  if (typeof tree !== "object" || tree === null) return [];
  return [tree, ...Object.values(tree).flatMap(maps)];
}

/** The lines NAME=value of an env file. */
export function readEnv(path: string): Record<string, string> {
  const lines = readText(path).matchAll(/^([A-Z_]+)=(.*)$/gm);
  return Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value]));
}
