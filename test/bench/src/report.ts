import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";

export type Figures = Readonly<Record<string, number | string>>;

const folder = fileURLToPath(new URL("../../../bench-results/", import.meta.url));
const narrowest = 36;

/** Prints a benchmark's figures and writes them as JSON beside the machine they were measured on. */
export function report(name: string, figures: Figures): void {
  const machine = {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: availableParallelism(),
    node: process.version,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    `${folder}${name}.json`,
    `${JSON.stringify({ name, at: new Date().toISOString(), machine, figures }, null, 2)}\n`,
  );
  process.stdout.write(`${name}\n`);
  const width = Math.max(narrowest, ...Object.keys(figures).map((what) => what.length));
  for (const [what, figure] of Object.entries(figures))
    process.stdout.write(`  ${what.padEnd(width)} ${figure}\n`);
}

export type Target = { kind: "atMost" | "atLeast"; value: number };

/** The figure, its target and whether it was met. */
export function against(figure: number, { kind, value }: Target, digits = 0): string {
  const met = kind === "atMost" ? figure <= value : figure >= value;
  return `${figure.toFixed(digits)} (target ${kind === "atMost" ? "≤" : "≥"} ${value}: ${met ? "met" : "MISSED"})`;
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const median = (values: readonly number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
