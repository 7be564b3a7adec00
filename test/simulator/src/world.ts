import { type Language, languages, people } from "./phrases.ts";
import type { Random } from "./random.ts";

export type Person = { id: string; name: string; firstName: string; lastName: string };
/** `shift` in epoch seconds; `pace` multiplies how long the operator takes. */
export type Operator = Person & { shift: { from: number; to: number }; pace: number };
export type Bot = { id: string; code: string };
export type LineKind = "own" | "foreign" | "livechat";
export type Line = {
  id: string;
  name: string;
  connector: string;
  /** own: the application's connector; foreign: another's; livechat: connector events do not tell of it, bots do. */
  kind: LineKind;
  signatures: boolean;
  /** A bot in the line tells of customers' messages; one that sees all, of operators' too. */
  bot: (Bot & { seesAll: boolean; newer: boolean }) | null;
};
export type Portal = {
  memberId: string;
  domain: string;
  applicationToken: string;
  clientId: string;
  language: Language;
  /** Whether the application is subscribed to ONSESSION*. */
  sessionEvents: boolean;
  /** Whether this portal sends DATA as a list where newer ones send a map. */
  lists: boolean;
  operators: Operator[];
  lines: Line[];
  /** A bot that talks in private, one of the newer kind that sits in a group, and one that is deleted. */
  bots: { private: Bot; group: Bot; deleted: Bot };
};

const businesses = ["roastery", "velo", "apotheke", "kvartira", "libros", "pixel", "nord", "sakura"] as const;

export function buildPortal(random: Random, index: number, startAt: number, endAt: number): Portal {
  const memberId = random.hex(32);
  const bot = (id: number, code: string): Bot => ({ id: String(id), code });
  const helper = bot(571, "helper");
  const own = `own_${random.hex(4)}`;
  const operators = Array.from({ length: random.int(3, 7) }, (_, at) =>
    buildOperator(random, 20 + at * 3, at, startAt, endAt),
  );
  const line = (id: number, name: string, connector: string, kind: LineKind, withBot: Line["bot"]): Line => ({
    id: String(id),
    name,
    connector,
    kind,
    signatures: random.chance(0.7),
    bot: withBot,
  });
  return {
    memberId,
    domain: `${businesses[index % businesses.length] ?? "shop"}-${memberId.slice(0, 6)}.bitrix24.com`,
    applicationToken: random.hex(32),
    clientId: `app.${random.hex(14)}.${random.int(10_000_000, 99_999_999)}`,
    language: random.pick(languages),
    sessionEvents: index % 3 !== 2,
    lists: index % 4 === 1,
    operators,
    lines: [
      line(1, "Shop & returns", own, "own", null),
      line(3, "Линия поддержки", own, "own", { ...helper, seesAll: random.chance(0.5), newer: false }),
      line(5, "Telegram", "telegrambot", "foreign", null),
      line(7, "WhatsApp", "whatsappbytwilio", "foreign", { ...helper, seesAll: false, newer: false }),
      line(13, "Website", "livechat", "livechat", {
        ...bot(573, "site-bot"),
        seesAll: true,
        newer: index % 2 === 0,
      }),
    ],
    bots: { private: bot(577, "hr_bot"), group: bot(579, "overdue_tasks"), deleted: bot(567, "OLD_BOT") },
  };
}

/** The first operator is there all the time; others come or go somewhere in the hour. */
function buildOperator(random: Random, id: number, at: number, startAt: number, endAt: number): Operator {
  const middle = random.int(startAt, endAt);
  const shift =
    at === 0
      ? { from: startAt, to: endAt }
      : random.chance(0.5)
        ? { from: startAt, to: middle }
        : { from: middle, to: endAt };
  return { ...person(random, String(id)), shift, pace: 0.5 + random.float() };
}

export function person(random: Random, id: string): Person {
  const [firstName, lastName] = [random.pick(people.first), random.pick(people.last)];
  return { id, firstName, lastName, name: `${firstName} ${lastName}` };
}
