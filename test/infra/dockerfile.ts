import { readText } from "./read.ts";

export type Instruction = { name: string; rest: string };
export type Stage = { name: string; from: string; instructions: Instruction[] };

/** The stages of the Dockerfile, continued lines joined. */
export function readStages(path: string): Stage[] {
  const lines = readText(path)
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .join("\n")
    .replace(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: Stage[] = [];
  for (const line of lines) {
    const [name = "", ...words] = line.split(" ");
    const rest = words.join(" ");
    if (name === "FROM") stages.push({ name: words[2] ?? "", from: words[0] ?? "", instructions: [] });
    else stages.at(-1)?.instructions.push({ name, rest });
  }
  return stages;
}

/** A stage's instructions after those of the stages that it is made from. */
export function lineage(stages: readonly Stage[], name: string): Instruction[] {
  const stage = stages.find((one) => one.name === name);
  return stage === undefined ? [] : [...lineage(stages, stage.from), ...stage.instructions];
}

/** The last instruction of that name: the one that holds. */
export function last(instructions: readonly Instruction[], name: string): string {
  return instructions.findLast((one) => one.name === name)?.rest ?? "";
}
