import { actorOf, dataOf, heardByBot, sentFrom } from "./say.ts";
import type { Spoken, Talk } from "./talk.ts";
import { type Actor, tell } from "./tape.ts";
import * as botV1 from "./wire/bot-v1.ts";
import * as connector from "./wire/connector.ts";
import * as openLine from "./wire/open-line.ts";
import type { Said } from "./wire/said.ts";

/** The author changes the text. Events of an operator's edit exist because the connector confirmed the delivery. */
export function edit(talk: Talk, spoken: Spoken, at: number, text: string): void {
  const { tape, chat } = talk;
  const { speaker } = spoken;
  const said: Said = { ...spoken.said, at, text };
  const actor = actorOf(said, speaker);
  if (chat.line.kind !== "livechat") {
    const data =
      speaker.kind === "customer"
        ? { DATA: dataOf(talk, openLine.fromConnector(chat, said.author, said)) }
        : sentFrom(talk, dataOf(talk, openLine.editedByOperator(chat, said)));
    tell(tape, at, "ONOPENLINEMESSAGEUPDATE", data, `${speaker.kind} edits`, actor);
    if (chat.line.kind === "own" && speaker.kind !== "customer")
      tell(
        tape,
        at,
        "ONIMCONNECTORMESSAGEUPDATE",
        connector.edited(chat, said),
        `${speaker.kind} edits`,
        actor,
      );
  }
  tellBot(talk, spoken, said, "ONIMBOTMESSAGEUPDATE");
  for (const message of spoken.known) Object.assign(message, { text, editedAt: at });
  confirmDelivery(spoken);
}

/** The author takes the message back; what it said stays known. */
export function remove(talk: Talk, spoken: Spoken, at: number): void {
  const { tape, chat } = talk;
  const { said, speaker } = spoken;
  const actor = actorOf(said, speaker);
  if (chat.line.kind !== "livechat") {
    const data =
      speaker.kind === "customer"
        ? { DATA: dataOf(talk, openLine.deletedByCustomer(chat, said)) }
        : sentFrom(talk, openLine.deletedByOperator(chat, said));
    tell(tape, at, "ONOPENLINEMESSAGEDELETE", data, `${speaker.kind} deletes`, actor);
    if (chat.line.kind === "own" && speaker.kind !== "customer")
      tell(
        tape,
        at,
        "ONIMCONNECTORMESSAGEDELETE",
        connector.deleted(chat, said),
        `${speaker.kind} deletes`,
        actor,
      );
  }
  tellBot(talk, spoken, { ...said, at }, "ONIMBOTMESSAGEDELETE");
  for (const message of spoken.known) message.deletedAt = at;
  confirmDelivery(spoken);
}

/** Edits and deletions of operators' messages are the first events to tell their external ids. */
function confirmDelivery({ speaker, said, known }: Spoken): void {
  if (speaker.kind === "customer") return;
  for (const message of known)
    if (message.source === "connector") message.externalMessageIds = [...said.externalIds];
}

/** Bots hear of changes to what customers wrote, and in the live chat of all. */
function tellBot(talk: Talk, spoken: Spoken, said: Said, eventName: string): void {
  const { tape, chat } = talk;
  const { speaker, current } = spoken;
  const { bot } = chat.line;
  if (bot === null || !heardByBot(talk, speaker)) return;
  if (chat.line.kind !== "livechat" && speaker.kind !== "customer") return;
  const data = {
    BOT: botV1.botMap(tape.portal, tape.random, bot, said.at),
    PARAMS: {
      ...botV1.changedParams(said, eventName === "ONIMBOTMESSAGEDELETE"),
      ...botV1.openLineParams(chat, current.real),
    },
    USER: botV1.user(said.author, speaker.kind === "customer" ? "customer" : "operator"),
  };
  const actor: Actor = { kind: "user", id: said.author.id, refresh: true };
  tell(tape, said.at, eventName, data, `bot hears of ${speaker.kind}'s change`, actor);
}
