import { type Api, ApiFailure, at, itemsOf, type Json, listAt } from "./api.ts";
import { compareChat, compareMessages, compareSessions } from "./check-chat.ts";
import { checkFigures } from "./check-figures.ts";
import { type Comparison, compare, iso, sorted, timeAt } from "./compare.ts";
import type { History, PortalHistory } from "./simulate.ts";
import type { PortalTruth, TruthBot, TruthChat } from "./truth.ts";
import { linkSecret } from "./wire/said.ts";

export type { Comparison } from "./compare.ts";

/** Asks the query API everything that the simulator knows the answer to, for every portal. */
export async function check(api: Api, history: History): Promise<Comparison[]> {
  const answers: Comparison[] = [];
  for (const portal of history.portals)
    for (const answer of await checkPortal(api, portal, history))
      answers.push({ ...answer, question: `${portal.portal.domain}: ${answer.question}` });
  return answers;
}

async function checkPortal(
  api: Api,
  { portal, truth }: PortalHistory,
  history: History,
): Promise<Comparison[]> {
  const root = `/v1/portals/${portal.memberId}`;
  const sessions: Json[] = [];
  const unheard = await asked("sessions", async () => {
    sessions.push(...(await api.list(`${root}/sessions`)));
    return [];
  });
  const chats = await Promise.all(
    truth.chats.map((chat) => asked(nameOf(chat), () => checkChat(api, root, chat, sessions))),
  );
  return [
    ...unheard,
    ...chats.flat(),
    ...(await asked("figures", () => checkFigures(api, root, truth, history))),
    ...(await asked("search", () => checkLists(api, root, truth))),
    ...(await asked("bots", () => checkBots(api, root, truth.bots))),
    ...(await asked("events", () => checkEvents(api, root, truth, portal.applicationToken))),
  ];
}

/** An answer that could not be had is a difference, not the end of the comparison. */
async function asked(question: string, ask: () => Promise<Comparison[]>): Promise<Comparison[]> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ApiFailure)) throw error;
    return [{ question, expected: "an answer", got: error.message, ok: false }];
  }
}

const nameOf = (chat: TruthChat): string =>
  `chat ${chat.connector ?? "with a bot"} ${chat.externalChatId ?? ""} ${chat.bitrixChatId ?? "not linked"}`;

async function checkChat(
  api: Api,
  root: string,
  chat: TruthChat,
  sessions: readonly Json[],
): Promise<Comparison[]> {
  const name = nameOf(chat);
  const { externalChatId, connector, bitrixChatId } = chat;
  const query = {
    ...(externalChatId !== null && connector !== null && { externalChatId, connector }),
    ...(bitrixChatId !== null && { bitrixChatId }),
  };
  const found = itemsOf(await api.get(`${root}/chats`, query));
  const chatId = at(found, 0, "chatId");
  if (found.length !== 1 || typeof chatId !== "string") return [compare(`${name}: found`, 1, found.length)];
  const path = `${root}/chats/${encodeURIComponent(chatId)}`;
  return [
    compareChat(name, chat, await api.get(path)),
    compareMessages(`${name}: messages`, chat.messages, await api.list(`${path}/messages`)),
    compareSessions(
      `${name}: sessions`,
      chat.sessions,
      sessions.filter((session) => at(session, "chatId") === chatId),
    ),
  ];
}

/** One operator's messages, deleted ones, and the messages with one word. */
async function checkLists(api: Api, root: string, { chats }: PortalTruth): Promise<Comparison[]> {
  const messages = chats.flatMap((chat) => chat.messages);
  const operator = messages.find(
    ({ author, direction }) => author.kind === "operator" && author.id !== null && direction === "outbound",
  );
  const word = messages.flatMap(({ text }) => text.match(/\bA\d{6}\b/) ?? [])[0];
  const answers: Comparison[] = [];
  const id = operator?.author.id ?? null;
  if (id !== null) {
    const said = messages.filter(({ author, direction }) => author.id === id && direction === "outbound");
    const got = await api.list(`${root}/messages`, { operator: id, direction: "outbound" });
    answers.push(compare(`messages of operator ${id}`, said.length, got.length));
  }
  if (word !== undefined) {
    const said = messages.filter(({ text }) => text.includes(word));
    answers.push(
      compare(`messages with ${word}`, said.length, (await api.list(`${root}/messages`, { q: word })).length),
    );
  }
  return answers;
}

async function checkBots(api: Api, root: string, bots: readonly TruthBot[]): Promise<Comparison[]> {
  const expected = bots.map(({ botId, code, deletedAt, dialogs }) => ({
    botId,
    code,
    deletedAt: deletedAt === null ? null : iso(deletedAt),
    dialogs: dialogs.toSorted(),
  }));
  const seen = (await api.list(`${root}/bots`)).map((bot) => ({
    botId: at(bot, "botId"),
    code: at(bot, "code"),
    deletedAt: timeAt(bot, "deletedAt"),
    dialogs: listAt(bot, "chats")
      .map((chat) => String(at(chat, "dialogId")))
      .toSorted(),
  }));
  return [compare("bots", sorted(expected), sorted(seen))];
}

/** Every fact once, however often it was delivered, and nobody's token in any. */
async function checkEvents(api: Api, root: string, truth: PortalTruth, token: string): Promise<Comparison[]> {
  const answers: Comparison[] = [];
  for (const [name, count] of Object.entries(truth.events)) {
    const events = await api.list(`${root}/events`, { name });
    answers.push(compare(`events ${name}`, count, events.length));
    const text = JSON.stringify(events);
    const secrets = ["access_token", "refresh_token", token, linkSecret];
    const tokens = secrets.filter((secret) => text.includes(secret));
    answers.push(compare(`tokens in events ${name}`, 0, tokens.length));
  }
  return answers;
}
