import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Traffic } from "./traffic.ts";

let lines: object[];
let traffic: Traffic;

beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  traffic = new Traffic({ info: (fields) => void lines.push(fields) }, () => "direct");
});
afterEach(() => {
  vi.useRealTimers();
});

test("a second's webhooks and groups are one line", () => {
  traffic.group(3, 900);
  for (const milliseconds of [1, 2, 30]) traffic.accepted("bitrix24.messages", milliseconds);
  traffic.accepted("bitrix24.bots", 4);
  traffic.refused("wrong_token");
  vi.advanceTimersByTime(999);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(lines).toEqual([
    {
      seconds: 1,
      accepted: { "bitrix24.messages": 3, "bitrix24.bots": 1 },
      refused: { wrong_token: 1 },
      groups: 1,
      records: 3,
      bytes: 900,
      p50Ms: 2,
      p99Ms: 30,
      spool: "direct",
    },
  ]);
});

test("where nothing comes there is no line and no timer", () => {
  expect(vi.getTimerCount()).toBe(0);
  traffic.accepted("bitrix24.messages", 1);
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(lines.length).toBe(1);
});

test("the next second begins at nothing", () => {
  traffic.accepted("bitrix24.messages", 500);
  vi.advanceTimersByTime(1_000);
  traffic.refused("not_a_form");
  vi.advanceTimersByTime(1_000);
  expect(lines[1]).toMatchObject({ accepted: {}, refused: { not_a_form: 1 }, groups: 0, p99Ms: null });
});

test("what had come before the end is told at the end, once", () => {
  traffic.accepted("bitrix24.messages", 1);
  traffic.flush();
  traffic.flush();
  vi.advanceTimersByTime(2_000);
  expect(lines.length).toBe(1);
});

test("of more webhooks than are sampled the percentiles are near the true ones", () => {
  // The same draws every time, of a small linear congruential generator.
  let state = 20_261_121;
  const random = vi.spyOn(Math, "random").mockImplementation(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
  for (let at = 0; at < 20_000; at++) traffic.accepted("bitrix24.messages", at / 100);
  traffic.flush();
  const { p50Ms, p99Ms, accepted } = Object(lines[0]);
  expect(accepted).toEqual({ "bitrix24.messages": 20_000 });
  expect(Math.abs(p50Ms - 100)).toBeLessThan(15);
  expect(Math.abs(p99Ms - 198)).toBeLessThan(4);
  expect(random).toHaveBeenCalled();
  random.mockRestore();
});
