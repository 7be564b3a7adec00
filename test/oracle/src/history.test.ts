import fc from "fast-check";
import { expect, it } from "vitest";
import { generateHistory } from "./history.ts";
import { chatAnswers, read } from "./index.ts";

it("generated histories hold every situation that the definitions speak of", () => {
  const met = new Set<string>();
  for (const history of fc.sample(generateHistory(), { numRuns: 300, seed: 1 })) {
    const reading = read(history, "p1");
    for (const session of reading.sessions) {
      met.add(`session opened by ${session.openedBy}`);
      met.add(session.sessionId === "" ? "session without an id" : "session with an id");
      met.add(session.closedAt === null ? "open session" : "closed session");
      if (session.firstResponseAt !== null) met.add("answered session");
      if (session.firstInboundAt !== null && session.firstResponseAt === null) met.add("unanswered session");
    }
    for (const message of reading.messages) {
      met.add(`author ${message.author.kind}`);
      met.add(message.counted ? "counted" : "not counted");
      if (message.source === "bot" && message.counted) met.add("counted though only a bot told");
      if (message.eventIds.length > 1) met.add("reported twice");
      if (message.editedAt !== null) met.add("edited");
      if (message.editedAt !== null && message.editedAt < message.sentAt) met.add("edited before sent");
      if (message.deletedAt !== null) met.add("deleted");
      if (message.deletedAt !== null && message.deletedAt < message.sentAt) met.add("deleted before sent");
      if (message.text === null) met.add("no text told");
      if (message.author.id === "") met.add(`nameless ${message.author.kind}`);
      if (message.chatId === "") met.add("unknown chat");
      if (message.isRating) met.add("rating");
      if (message.direction === "outbound" && message.messageId.startsWith("x")) {
        met.add("answered outside Bitrix24");
      }
      for (const file of message.files) met.add(file.id === null ? "file with a name" : "file with an id");
      if (message.editedAt !== null && message.files.length > 0) met.add("edited with files");
      const same = reading.messages.filter(({ messageId }) => messageId === message.messageId);
      if (same.length > 1) met.add("one identity in two chats");
    }
    for (const chat of chatAnswers(reading)) {
      met.add(`chat ${chat.state}`);
      met.add(chat.bitrixChatId === null ? "chat without a link" : "linked chat");
    }
    if (reading.sessions.some(({ rating }) => rating !== null)) met.add("rated session");
    const namesOf = new Map<string, string[]>();
    for (const [alias, chatId] of reading.aliases) {
      namesOf.set(chatId, [...(namesOf.get(chatId) ?? []), alias.slice(2)]);
    }
    for (const names of namesOf.values()) {
      const users = names.map((name) => name.split("/")[3] ?? "");
      if (users.includes("0")) met.add("group chat");
      if (users.includes("0") && users.some((user) => user !== "0" && user !== ""))
        met.add("customer in a group");
      if (users.includes("")) met.add(users.length > 1 ? "joined without the user" : "without any user");
    }
    const shared = [...reading.aliases].filter(([alias]) => /c2\/7\d$/.test(alias));
    if (new Set(shared.map(([, chatId]) => chatId)).size > 1) met.add("two chats in one external chat");
    const kinds = new Set(
      reading.chats.map(({ bitrixChatId, externalChatId }) => `${bitrixChatId} ${externalChatId}`),
    );
    if (kinds.has("10 8") && kinds.has("8 c2")) met.add("external id equal to another chat's Bitrix24 id");
    const times = history.map((record) => record.envelope.occurredAt);
    if (new Set(times).size < times.length) met.add("same second");
  }
  expect([...met].sort()).toEqual([
    "answered outside Bitrix24",
    "answered session",
    "author bot",
    "author customer",
    "author operator",
    "author system",
    "chat closed",
    "chat none",
    "chat open",
    "chat without a link",
    "closed session",
    "counted",
    "counted though only a bot told",
    "customer in a group",
    "deleted",
    "deleted before sent",
    "edited",
    "edited before sent",
    "edited with files",
    "external id equal to another chat's Bitrix24 id",
    "file with a name",
    "file with an id",
    "group chat",
    "joined without the user",
    "linked chat",
    "nameless bot",
    "nameless customer",
    "nameless operator",
    "nameless system",
    "no text told",
    "not counted",
    "one identity in two chats",
    "open session",
    "rated session",
    "rating",
    "reported twice",
    "same second",
    "session opened by bot",
    "session opened by dialog",
    "session opened by finish",
    "session opened by message",
    "session opened by session",
    "session with an id",
    "session without an id",
    "two chats in one external chat",
    "unanswered session",
    "unknown chat",
    "without any user",
  ]);
});
