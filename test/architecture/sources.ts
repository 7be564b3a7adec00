import { globSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

export type Source = { path: string; text: string; lines: number; imports: string[] };

const importLine =
  /(?:^|\n)\s*(?:import|export)\b[^;=(]*?from\s*"([^"]+)"|import\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g;

/** Every TypeScript file of the packages, services and tests with what it imports; relative imports as paths from the root. */
export function readSources(): Source[] {
  const paths = globSync("{packages,services,test}/**/*.ts", {
    cwd: root,
    exclude: (path) => /node_modules/.test(String(path)),
  });
  return paths.map((path) => {
    const text = readFileSync(`${root}${path}`, "utf8");
    const imports = [...text.matchAll(importLine)].map((match) => {
      const name = match[1] ?? match[2] ?? match[3] ?? "";
      return name.startsWith(".") ? relative(root, resolve(root, dirname(path), name)) : name;
    });
    return { path, text, lines: text.split("\n").length - 1, imports };
  });
}

export const isTest = (path: string): boolean =>
  path.startsWith("test/") || /(\.test\.ts$|\/test\/)/.test(path);
export const isGenerated = (path: string): boolean => path.endsWith(".gen.ts");

/** `packages/events` or `services/ingest`, the room that a path is in. */
export const roomOf = (path: string): string => path.split("/").slice(0, 2).join("/");
