import { createRandom } from "../../../simulator/src/random.ts";
import type { Webhook } from "../traffic.ts";
import { year } from "./history.ts";
import type { BenchPortal } from "./portals.ts";
import { benchTexts } from "./texts.ts";
import * as wire from "./wire.ts";

const messagesPerSession = 20;

/** The events of one chat, a second apart and without an end: sessions of twenty messages, each with its start and its finish. */
export function oneChat(portal: BenchPortal): () => { body: string; watch: Webhook | null } {
  const random = createRandom("one chat");
  const texts = benchTexts();
  const [line] = portal.lines;
  const [operator] = portal.operators;
  if (line === undefined || operator === undefined) throw new Error("a portal has lines and operators");
  const chat: wire.WireChat = {
    line,
    externalChatId: "c1",
    bitrixChatId: "500001",
    userId: "1001",
    customerName: "Customer+1",
  };
  let sent = 0;
  return () => {
    const number = sent++;
    const at = year.from + number;
    const session = Math.floor(number / (messagesPerSession + 2));
    const step = number % (messagesPerSession + 2);
    const by = (userId: string): wire.Delivery => ({ portal, at, userId, token: random.hex(70) });
    if (step === 0 || step === messagesPerSession + 1)
      return { body: wire.dialog(chat, String(3_000 + session), step !== 0, by("0")), watch: null };
    const messageId = String(1_000_000 + number);
    const watch = { portal: portal.memberId, at, messageId };
    if (step % 2 === 1) {
      const externalId = `m${messageId}`;
      const said = { id: externalId, text: texts.next(random, "ask"), fileId: null };
      const body = wire.fromCustomer(chat, said, by(chat.userId));
      return { body, watch: { ...watch, body, externalId } };
    }
    const text = operator.signature + texts.next(random, "answer");
    const body = wire.fromPortal(
      chat,
      { id: messageId, text, authorId: operator.id, file: false },
      by(operator.id),
    );
    return { body, watch: { ...watch, body, externalId: null } };
  };
}
