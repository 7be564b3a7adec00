import { setTimeout as sleep } from "node:timers/promises";
import { applicationToken, bodyOf, memberId } from "../e2e/bodies.ts";
import { ask, askUntil, enrol, post, type Stack } from "../stacks/stack.ts";

export type KillReport = {
  kills: number;
  accepted: number;
  unanswered: number;
  lost: string[];
  twice: string[];
  unexplained: number;
};

/** Steps of a small linear congruential generator, so that a seed repeats the moments of the kills. */
function* randoms(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const messageBody = (id: number) =>
  bodyOf(
    "ONOPENLINEMESSAGEADD",
    {
      DATA: {
        connector: { connector_id: "kill", line_id: 1, chat_id: `chat-${id % 7}`, user_id: 5 },
        message: { id: `m${id}`, text: `message ${id}` },
      },
    },
    String(1_790_000_000 + id),
  );

/**
 * Sends messages from several senders while the process is killed (SIGKILL) at random moments and started again, then compares
 * what was answered 200 with what the query API tells.
 */
export async function killLoop(
  stack: Stack,
  {
    kills,
    seed,
    senders = 16,
    onKill = () => {},
  }: { kills: number; seed: number; senders?: number; onKill?: (kill: number) => void },
): Promise<KillReport> {
  await enrol(stack, memberId, applicationToken);
  const accepted = new Map<number, string>();
  let sent = 0;
  let unanswered = 0;
  let going = true;
  const send = async () => {
    while (going) {
      const id = ++sent;
      try {
        const response = await post(stack, messageBody(id));
        if (response.status === 200) accepted.set(id, Object(await response.json()).eventId);
        else unanswered += 1;
      } catch {
        unanswered += 1;
        await sleep(20);
      }
    }
  };
  const sending = Array.from({ length: senders }, send);
  const random = randoms(seed);
  for (let kill = 1; kill <= kills; kill += 1) {
    await sleep(20 + random.next().value * 600);
    await stack.kill();
    await stack.restart();
    onKill(kill);
  }
  await sleep(200);
  going = false;
  await Promise.all(sending);
  return { kills, accepted: accepted.size, unanswered, ...(await compare(stack, accepted, sent)) };
}

async function compare(stack: Stack, accepted: Map<number, string>, sent: number) {
  const path = `/v1/portals/${memberId}`;
  const last = Math.max(...accepted.keys());
  await askUntil(
    stack,
    `${path}/events?eventId=${accepted.get(last)}`,
    (page) => Object(page).items?.length === 1,
  );
  const events = tally((await all(stack, `${path}/events`)).map((event) => String(Object(event).eventId)));
  const messages = tally(
    (await all(stack, `${path}/messages`)).map((message) => String(Object(message).externalMessageIds)),
  );
  const lost: string[] = [];
  for (const [id, eventId] of accepted)
    if (!events.has(eventId) || !messages.has(`m${id}`)) lost.push(`m${id}`);
  const twice = [...events, ...messages].filter(([, times]) => times > 1).map(([name]) => name);
  // What was kept without an answer is one of those sent; anything else came from nowhere.
  const unexplained = [...messages.keys()].filter((name) => Number(name.slice(1)) > sent).length;
  return { lost, twice, unexplained };
}

function tally(names: readonly string[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return times;
}

/** Every item of a list, page by page. */
async function all(stack: Stack, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page: { items: unknown[]; nextCursor: string | null } = Object(
      (await ask(stack, `${path}?limit=1000${cursor === "" ? "" : `&cursor=${cursor}`}`)).body,
    );
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}
