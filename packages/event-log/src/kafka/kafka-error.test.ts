import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { whenReady } from "./kafka-error.ts";

type Answer = { topicErrors: { topic: string; errorCode: number }[] };
const { parse }: { parse(answer: Answer): Promise<Answer> } = createRequire(import.meta.url)(
  "kafkajs/src/protocol/requests/createTopics/v0/response",
);
const answered = (...codes: number[]) =>
  parse({ topicErrors: codes.map((errorCode) => ({ topic: "t", errorCode })) });

test("a topic is asked for again until there are as many brokers as it has replicas", async () => {
  const answers = [38, 38, 0];
  await expect(whenReady(() => answered(answers.shift() ?? -1))).resolves.toBeDefined();
  expect(answers).toEqual([]);
});

test("a topic whose settings the brokers refuse is asked for once", async () => {
  const answers = [40, 0];
  await expect(whenReady(() => answered(answers.shift() ?? -1))).rejects.toThrow();
  expect(answers).toEqual([0]);
});
