import { createRandom } from "../../simulator/src/random.ts";
import type { BenchPortal } from "./history/portals.ts";
import { benchTexts } from "./history/texts.ts";
import * as wire from "./history/wire.ts";

/** One webhook of live traffic; `externalId` is null where the message has Bitrix24's id only. */
export type Webhook = {
  body: string;
  portal: string;
  at: number;
  messageId: string;
  externalId: string | null;
};

const messagesPerChat = 20;
const enrolledAtOnce = 16;

/**
 * Messages of customers and operators in turns, one portal after the other, every one a different fact. `at` is their ts in seconds.
 * `first` numbers them, so that later traffic to the same portals is new, too.
 */
export function trafficOf(portals: readonly BenchPortal[], first: number): (at: number) => Webhook {
  const random = createRandom(`traffic ${first}`);
  const texts = benchTexts();
  let sent = 0;
  return (at) => {
    const portal = portals[sent % portals.length];
    if (portal === undefined) throw new Error("traffic needs a portal");
    const round = Math.floor(sent / portals.length);
    const number = first + Math.floor(round / messagesPerChat);
    const id = String(first + sent);
    sent += 1;
    const line = portal.lines[number % portal.lines.length];
    if (line === undefined) throw new Error("a portal has lines");
    const chat: wire.WireChat = {
      line,
      externalChatId: `c${number}`,
      bitrixChatId: String(number),
      userId: String(number),
      customerName: `Customer+${number}`,
    };
    const token = random.hex(70);
    if (round % 2 === 0) {
      const said = { id: `m${id}`, text: texts.next(random, "ask"), fileId: null };
      const body = wire.fromCustomer(chat, said, { portal, at, userId: chat.userId, token });
      return { body, portal: portal.memberId, at, messageId: id, externalId: `m${id}` };
    }
    const operator = portal.operators[number % portal.operators.length];
    if (operator === undefined) throw new Error("a portal has operators");
    const text = operator.signature + texts.next(random, "answer");
    const said = { id, text, authorId: operator.id, file: false };
    const body = wire.fromPortal(chat, said, { portal, at, userId: operator.id, token });
    return { body, portal: portal.memberId, at, messageId: id, externalId: null };
  };
}

/** Enrols portals that are not enrolled yet, and those that are once more, which changes nothing. */
export async function enrolAll(
  url: string,
  adminKey: string,
  portals: readonly BenchPortal[],
): Promise<void> {
  const left = [...portals];
  const worker = async () => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      const response = await fetch(`${url}/v1/portals/${one.memberId}`, {
        method: "PUT",
        headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
        body: JSON.stringify({ domain: one.domain, applicationToken: one.applicationToken }),
      });
      if (response.status !== 200) throw new Error(`an enrolment was answered ${response.status}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: enrolledAtOnce }, worker));
}
