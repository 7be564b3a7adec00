import { type Address, ask } from "../stacks/stack.ts";
import { portalOf, type Sent } from "./load.ts";

/** Messages and events by name, as the answers tell of them against what was sent. */
export type Comparison = { lost: string[]; twice: string[]; unexplained: number };

/** Whether every message that was answered 200 is in the answers exactly once, and nothing that was never sent. */
export async function compare(stack: Address, sent: Sent): Promise<Comparison> {
  const found: Comparison = { lost: [], twice: [], unexplained: 0 };
  for (const portal of sent.portals) {
    const path = `/v1/portals/${portal}`;
    const events = tally((await all(stack, `${path}/events`)).map((event) => String(Object(event).eventId)));
    const messages = tally(
      (await all(stack, `${path}/messages`)).map((message) => String(Object(message).externalMessageIds)),
    );
    for (const [id, eventId] of sent.accepted)
      if (portalOf(sent.portals, id) === portal && !(events.has(eventId) && messages.has(`m${id}`)))
        found.lost.push(`m${id}`);
    for (const [name, times] of [...events, ...messages]) if (times > 1) found.twice.push(name);
    // What was kept without an answer is one of those sent; anything else came from nowhere.
    for (const name of messages.keys()) {
      const id = Number(name.slice(1));
      if (!(id >= 1 && id <= sent.sent && portalOf(sent.portals, id) === portal)) found.unexplained += 1;
    }
    found.unexplained += Math.abs(events.size - messages.size);
  }
  return found;
}

function tally(names: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}

/** Every item of a list, page by page. */
async function all(stack: Address, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const { status, body } = await ask(
      stack,
      `${path}?limit=1000${cursor === "" ? "" : `&cursor=${cursor}`}`,
    );
    if (status !== 200) throw new Error(`${path} was answered ${status}: ${JSON.stringify(body)}`);
    const page: { items: unknown[]; nextCursor: string | null } = Object(body);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
