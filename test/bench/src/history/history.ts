import { createRandom } from "../../../simulator/src/random.ts";
import { type Chat, converse, type Sent, type Teller } from "./conversation.ts";
import type { BenchPortal } from "./portals.ts";
import { benchTexts, type Texts } from "./texts.ts";

/** Epoch seconds. Fixed, so that a data folder is the same whenever it was filled. */
export const year = { from: Date.UTC(2025, 10, 1) / 1000, to: Date.UTC(2026, 10, 1) / 1000 };

const bodiesPerSlice = 5_000;
const returning = 0.55;
/** A customer who comes back is one of so many who came last. */
const remembered = 5_000;

/** How many slices of some thousand webhooks the histories of these portals make. */
export function slicesOf(portals: readonly BenchPortal[]): number {
  const messages = portals.reduce((sum, portal) => sum + portal.messages, 0);
  return Math.ceil((messages * 1.3) / bodiesPerSlice);
}

/**
 * The webhooks of these portals' histories in the order of their time, slice by slice. Every portal's traffic is spread
 * evenly over the year, so that a share of the year holds that share of any portal's messages.
 */
export function* historyOf(portals: readonly BenchPortal[], slices: number): Generator<Sent[]> {
  const texts = benchTexts();
  const tokens = tokenPool();
  let pending: Sent[] = [];
  const histories = portals.map((portal) =>
    portalHistory(portal, texts, tokens, (sent) => pending.push(sent)),
  );
  for (let slice = 1; slice <= slices; slice += 1) {
    const end = year.from + ((year.to - year.from) * slice) / slices;
    for (const history of histories) history.until(end);
    const last = slice === slices;
    const due = pending.filter(({ at }) => last || at < end);
    pending = pending.filter(({ at }) => !last && at >= end);
    yield due.sort((a, b) => a.at - b.at);
  }
}

function portalHistory(
  portal: BenchPortal,
  texts: Texts,
  tokens: readonly string[],
  tell: (sent: Sent) => void,
): { until: (end: number) => void } {
  const random = createRandom(`history ${portal.memberId}`);
  const teller: Teller = {
    portal,
    random,
    texts,
    tokens,
    tell,
    nextId: { message: 1_000_000, session: 3_000 },
  };
  const chats: Chat[] = [];
  let said = 0;
  const nextAt = () => year.from + ((year.to - year.from) * said) / portal.messages;
  const chatFor = (at: number): Chat => {
    const known = chats[chats.length - 1 - random.int(0, Math.min(remembered, chats.length))];
    if (known !== undefined && known.endsAt < at && random.chance(returning)) return known;
    const chat = newChat(portal, random, chats.length);
    chats.push(chat);
    return chat;
  };
  return {
    until: (end) => {
      for (let at = nextAt(); said < portal.messages && at < end; at = nextAt())
        said += converse(teller, chatFor(at), Math.floor(at), portal.messages - said);
    },
  };
}

function newChat(portal: BenchPortal, random: ReturnType<typeof createRandom>, number: number): Chat {
  const line = random.pick(portal.lines);
  return {
    line,
    externalChatId: `c${number}`,
    bitrixChatId: String(500_000 + number),
    userId: String(1_000 + number),
    customerName: `Customer+${number}`,
    endsAt: 0,
    bot: line.botId !== null && random.chance(0.05),
  };
}

function tokenPool(): string[] {
  const random = createRandom("bench tokens");
  return Array.from({ length: 4_096 }, () => random.hex(70));
}
