import { setImmediate as others } from "node:timers/promises";

const sliceMs = 2;

/** The JSON of an answer, made in slices between the members of its lists: a long list must not hold the thread up. */
export async function toJson(answer: unknown): Promise<string> {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer)) return JSON.stringify(answer);
  const fields: string[] = [];
  let began = performance.now();
  for (const [name, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    if (!Array.isArray(value)) {
      fields.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
      continue;
    }
    const members: string[] = [];
    for (const member of value) {
      members.push(JSON.stringify(member) ?? "null");
      if (performance.now() - began < sliceMs) continue;
      await others();
      began = performance.now();
    }
    fields.push(`${JSON.stringify(name)}:[${members.join(",")}]`);
  }
  return `{${fields.join(",")}}`;
}
