import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";

export type Figures = Readonly<Record<string, number | string>>;

const folder = fileURLToPath(new URL("../../../bench-results/", import.meta.url));

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
  for (const [what, figure] of Object.entries(figures))
    process.stdout.write(`  ${what.padEnd(36)} ${figure}\n`);
}

export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const median = (values: readonly number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
