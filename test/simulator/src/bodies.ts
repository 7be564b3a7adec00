import { httpBuildQuery } from "./encode-php.ts";
import type { Enrolment } from "./enrol.ts";
import { phrases } from "./phrases.ts";
import { createRandom } from "./random.ts";
import { userAuth } from "./wire/envelope.ts";
import * as openLine from "./wire/open-line.ts";
import type { Said } from "./wire/said.ts";
import { buildPortal, type Line, person } from "./world.ts";

export type Bodies = { portals: Enrolment[]; bodies: string[] };

const portalCount = 20;
const messagesPerChat = 20;
const spanSeconds = 3600;

/** Load: n bodies of about 1.1 KB, all of them different facts, customers' and operators' messages in turns over one hour. */
export function makeBodies(n: number, seed: string | number, endAt = 1_789_546_000): Bodies {
  const random = createRandom(`bodies ${seed}`);
  const startAt = endAt - spanSeconds;
  const portals = Array.from({ length: portalCount }, (_, at) =>
    buildPortal(random.fork(`${at}`), at, startAt, endAt),
  );
  const bodies = Array.from({ length: n }, (_, index) => {
    const portal = random.pick(portals);
    const chatNumber = Math.floor(index / messagesPerChat / portalCount);
    const line: Line = random.pick(portal.lines.filter(({ kind }) => kind !== "livechat"));
    const customer = person(random, String(1_000 + chatNumber));
    const bitrixChatId = String(Number(line.id) * 1_000_000 + chatNumber);
    const chat = {
      line,
      customer,
      members: [customer],
      code: customer.id,
      externalChatId: `load-${chatNumber}`,
      bitrixChatId,
      deal: null,
    };
    const inbound = index % 2 === 0;
    const language = random.pick(["en", "en", "de", "ru"] as const);
    const author = inbound ? customer : random.pick(portal.operators);
    const said: Said = {
      at: startAt + Math.floor((index * spanSeconds) / n),
      bitrixMessageId: String(10_000_000 + index),
      externalIds: [`load-m${index}`],
      author,
      system: false,
      text: random
        .pick<string>(phrases[language][inbound ? "ask" : "answer"])
        .replace("{n}", `A${100_000 + index}`),
      signature: author.name,
      files: [],
    };
    const data = inbound
      ? { DATA: openLine.fromConnector(chat, customer, said) }
      : { CONNECTOR: line.connector, LINE: line.id, DATA: openLine.fromPortal(chat, said, portal.domain) };
    return httpBuildQuery({
      event: "ONOPENLINEMESSAGEADD",
      event_handler_id: "57",
      data,
      ts: String(said.at),
      auth: userAuth(portal, random, said.at, author.id, false),
    });
  });
  return { portals, bodies };
}
