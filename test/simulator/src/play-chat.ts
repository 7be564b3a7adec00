import { edit, remove } from "./change.ts";
import { fileNames, type Language, languages, phrases } from "./phrases.ts";
import { mayBeRated, rate } from "./play-rating.ts";
import type { Random } from "./random.ts";
import { say } from "./say.ts";
import { botJoins, finishSession, startSession, tellsFinishes } from "./session-events.ts";
import type { Current, Speaker, Talk } from "./talk.ts";
import { giveId, type Tape } from "./tape.ts";
import { chatsOf } from "./told-chats.ts";
import type { TruthChat } from "./truth.ts";
import { type Line, type Operator, type Person, person } from "./world.ts";

type Topic = keyof (typeof phrases)["en"];

/** One external chat for the rest of the time: of one customer, of two with a chat each, or of several in a group chat. */
export function playChat(tape: Tape, random: Random, line: Line, firstAt: number): TruthChat[] {
  const externalChatId = line.kind === "own" ? `ext-${random.hex(8)}` : String(random.int(10 ** 8, 10 ** 9));
  const somebody = () => person(random, giveId(tape, "user"));
  // In these lines something always tells the group's user 0, and in those a bot links each chat.
  if (line.kind === "own" && random.chance(0.15)) {
    const members = Array.from({ length: random.int(2, 3) }, somebody);
    return playTalk(tape, random, line, firstAt, externalChatId, members);
  }
  const chats = playTalk(tape, random, line, firstAt, externalChatId, [somebody()]);
  if (line.kind === "livechat" || line.bot === null || random.chance(0.7)) return chats;
  const later = firstAt + random.int(0, 20);
  return [...chats, ...playTalk(tape, random, line, later, externalChatId, [somebody()])];
}

/** Sessions that open, wait, close and open again. */
function playTalk(
  tape: Tape,
  random: Random,
  line: Line,
  firstAt: number,
  externalChatId: string,
  members: readonly Person[],
): TruthChat[] {
  const [customer] = members;
  if (customer === undefined) return [];
  const deal = line.bot !== null && random.chance(0.5) ? String(random.int(2, 900)) : null;
  const code = members.length > 1 ? "0" : customer.id;
  const bitrixChatId = giveId(tape, "chat");
  const chat = { line, customer, members, code, externalChatId, bitrixChatId, deal };
  const talk: Talk = {
    tape,
    random,
    chat,
    messages: [],
    sessions: [],
    linked: false,
    reports: [],
    rated: false,
  };
  const language = random.chance(0.6) ? tape.portal.language : random.pick(languages);
  let opensAt: number | null = firstAt;
  while (opensAt !== null && opensAt <= tape.endAt - 30) {
    const lastAt: number = playSession(talk, opensAt, language);
    // Far enough from the last events of this session for nobody to doubt which session a message belongs to.
    opensAt = random.chance(0.45) ? Math.max(lastAt + random.int(20, 900), opensAt + 100) : null;
  }
  return chatsOf(talk);
}

/** Answers when the session was over for Bitrix24. */
function playSession(talk: Talk, opensAt: number, language: Language): number {
  const { tape, chat, random } = talk;
  const first = talk.sessions.length === 0;
  const current = startSession(talk, opensAt);
  if (first) botJoins(talk, current);
  const speak = (at: number, speaker: Speaker, topic: Topic) =>
    utter(talk, current, at, speaker, topic, language);
  const customer = { kind: "customer" } as const;
  const operator = onShift(talk, opensAt);
  let at = opensAt;
  if (chat.line.kind === "own" && operator !== null && !talk.rated && random.chance(0.06)) {
    speak(at, { kind: "operator", who: operator }, "answer");
    at += random.int(30, 200);
    speak(at, customer, "more");
  } else {
    // The message that opens a session may carry the second before it.
    const early = first || tellsFinishes(talk) ? random.int(0, 1) : 0;
    speak(at - early, customer, random.chance(0.5) ? "hello" : "ask");
    if (random.chance(0.4)) speak(at + 1, { kind: "system" }, "welcome");
    if (chat.line.bot !== null && random.chance(0.8))
      speak(at + 2, { kind: "bot", who: chat.line.bot }, "bot");
    at += 3;
    if (random.chance(0.4)) {
      at += random.int(1, 30);
      speak(at, customer, "ask");
    }
  }
  talk.rated = false;
  if (random.chance(0.8)) at = converse(talk, at, speak);
  const finishesAt = at + random.int(15, 240);
  if (finishesAt > tape.endAt - 5) return tape.endAt;
  const asks = random.chance(0.3);
  if (!asks || !mayBeRated(talk, current) || random.chance(0.4)) {
    if (asks) speak(finishesAt - random.int(0, 1), { kind: "system" }, "rate");
    finishSession(talk, current, finishesAt);
    return finishesAt;
  }
  speak(finishesAt - 9, { kind: "system" }, "rate");
  const ratesAt = random.chance(0.5) ? finishesAt - random.int(1, 5) : finishesAt + random.int(10, 600);
  if (ratesAt < finishesAt) rate(talk, current, ratesAt);
  finishSession(talk, current, finishesAt);
  if (ratesAt < finishesAt || ratesAt > tape.endAt) return finishesAt;
  rate(talk, current, ratesAt);
  return ratesAt;
}

function converse(talk: Talk, from: number, speak: (at: number, who: Speaker, topic: Topic) => void): number {
  const { random } = talk;
  let at = from;
  let operator = onShift(talk, at);
  if (operator === null) return at;
  at += Math.min(1500, Math.max(4, Math.round(random.spread(60, 0.9) * operator.pace)));
  for (let turn = random.int(1, 6); turn > 0 && at <= talk.tape.endAt; turn--) {
    // Whoever is there goes on; a shift may have ended meanwhile.
    if (random.chance(0.1)) operator = onShift(talk, at) ?? operator;
    const elsewhere = talk.chat.line.kind !== "livechat" && random.chance(0.06);
    const who = { kind: "outside", who: random.chance(0.5) ? operator : null } as const;
    speak(at, elsewhere ? who : { kind: "operator", who: operator }, "answer");
    if (random.chance(0.7)) {
      at += random.int(3, 60);
      speak(at, { kind: "customer" }, random.chance(0.5) ? "more" : "ask");
    }
    at += random.int(5, 80);
  }
  return at;
}

function onShift(talk: Talk, at: number): Operator | null {
  const there = talk.tape.portal.operators.filter(({ shift }) => shift.from <= at && at <= shift.to);
  return there.length === 0 ? null : talk.random.pick(there);
}

/** Says something of the topic, with a file at times, and may take it back or mend it; nothing is said after the end. */
function utter(
  talk: Talk,
  current: Current,
  at: number,
  speaker: Speaker,
  topic: Topic,
  language: Language,
): void {
  const { random, tape } = talk;
  if (at > tape.endAt) return;
  const text = random
    .pick<string>(phrases[language][topic])
    .replace("{n}", `A${random.int(100_000, 999_999)}`);
  const person = speaker.kind === "customer" || speaker.kind === "operator";
  const withFile = person && talk.chat.line.bot?.newer !== true && random.chance(0.07);
  if (withFile) {
    const files = [random.pick(fileNames)];
    say(talk, current, at, speaker, random.chance(0.3) ? "" : text, files);
    return;
  }
  const spoken = say(talk, current, at, speaker, text, []);
  if (!person) return;
  const editedAt = at + random.pick([0, 0, 1, 3, 20]);
  const edits = random.chance(0.06) && editedAt <= tape.endAt;
  if (edits) edit(talk, spoken, editedAt, `${text} ✏️ ${random.int(2, 9)}`);
  const deletedAt = (edits ? editedAt : at) + random.pick([0, 2, 5, 30]);
  if (random.chance(0.03) && deletedAt <= tape.endAt) remove(talk, spoken, deletedAt);
}
