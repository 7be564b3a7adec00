import { setImmediate as others } from "node:timers/promises";

const sliceMs = 1;

/** The rows of an answer in JSONEachRow, parsed in slices: a large answer must not hold the thread up. */
export async function readRows<Row>(text: string): Promise<Row[]> {
  const rows: Row[] = [];
  let began = performance.now();
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    const line = text.slice(start, end < 0 ? undefined : end);
    if (line !== "") rows.push(JSON.parse(line));
    start += line.length + 1;
    if (performance.now() - began < sliceMs) continue;
    await others();
    began = performance.now();
  }
  return rows;
}
