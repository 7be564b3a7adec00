import { setImmediate as others } from "node:timers/promises";

const sliceMs = 1;

/** As `map` does, but without holding the thread up: webhooks may be answered on it. */
export async function mapInSlices<Item, Made>(
  items: readonly Item[],
  make: (item: Item) => Made,
): Promise<Made[]> {
  const made: Made[] = [];
  let began = performance.now();
  for (const item of items) {
    made.push(make(item));
    if (performance.now() - began < sliceMs) continue;
    await others();
    began = performance.now();
  }
  return made;
}
