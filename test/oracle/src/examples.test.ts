import { describe, expect, it } from "vitest";
import {
  examplesOf,
  expectedAnalytics,
  expectedChat,
  expectedItems,
  isAnalytics,
  isChat,
  questionOf,
} from "./examples.ts";
import {
  chatAnswers,
  findChat,
  messageAnswers,
  messagesAnswer,
  read,
  recordOf,
  responseTimesAnswer,
  sessionAnswers,
  sessionsAnswer,
} from "./index.ts";

const figures = {
  "analytics/messages": messagesAnswer,
  "analytics/response-times": responseTimesAnswer,
  "analytics/sessions": sessionsAnswer,
};
const lists = { chats: chatAnswers, messages: messageAnswers, sessions: sessionAnswers };

describe("every example of docs/metrics.md", () => {
  for (const example of examplesOf()) {
    it(example.name, () => {
      const reading = read(
        example.events.map((event) => recordOf(event, "p1")),
        "p1",
      );
      if (isAnalytics(example)) {
        const answer = figures[example.question.ask](reading, questionOf(example));
        expect(answer).toEqual(expectedAnalytics(example));
      } else if (isChat(example)) {
        expect(findChat(reading, example.question.chatId)).toMatchObject(expectedChat(example));
      } else {
        expect(lists[example.question.ask](reading)).toMatchObject(expectedItems(example));
      }
    });
  }

  it("tells every question that there is", () => {
    const asked = new Set(examplesOf().map((example) => example.question.ask));
    expect([...asked].sort()).toEqual([...Object.keys(figures), ...Object.keys(lists), "chat"].sort());
  });
});
