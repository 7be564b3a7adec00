import { Slices } from "./slices.ts";

/**
 * The JSON of an answer, made in slices between the members of its lists: a long list must not hold the thread up. As bytes, since
 * putting a long text together and encoding it would.
 */
export async function toJson(answer: unknown): Promise<Buffer> {
  if (typeof answer !== "object" || answer === null || Array.isArray(answer))
    return Buffer.from(JSON.stringify(answer));
  const slices = new Slices();
  const done: Buffer[] = [];
  let text = "{";
  for (const [name, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    text += `${text === "{" && done.length === 0 ? "" : ","}${JSON.stringify(name)}:`;
    if (!Array.isArray(value)) {
      text += JSON.stringify(value);
      continue;
    }
    text += "[";
    for (const [at, member] of value.entries()) {
      text += `${at === 0 ? "" : ","}${JSON.stringify(member) ?? "null"}`;
      if (!slices.over) continue;
      done.push(Buffer.from(text));
      text = "";
      await slices.next();
    }
    text += "]";
  }
  done.push(Buffer.from(`${text}}`));
  return done.length === 1 ? (done[0] ?? Buffer.alloc(0)) : Buffer.concat(done);
}
