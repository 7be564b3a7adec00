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
    }
    for (const chat of chatAnswers(reading)) {
      met.add(`chat ${chat.state}`);
      met.add(chat.bitrixChatId === null ? "chat without a link" : "linked chat");
    }
    const times = history.map((record) => record.envelope.occurredAt);
    if (new Set(times).size < times.length) met.add("same second");
  }
  expect([...met].sort()).toEqual([
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
    "deleted",
    "edited",
    "edited before sent",
    "linked chat",
    "not counted",
    "open session",
    "reported twice",
    "same second",
    "session opened by bot",
    "session opened by dialog",
    "session opened by finish",
    "session opened by message",
    "session opened by session",
    "session with an id",
    "session without an id",
    "unanswered session",
  ]);
});
