import { expect, test } from "vitest";
import { decodeForm } from "./decode-form.ts";
import { eventId } from "./identity.ts";

const idOf = (body: string, portal = "p", name = "ONX", ts = "1") =>
  eventId(portal, name, ts, decodeForm(Buffer.from(body)));

test("the identity is kept for ever: events on the log carry it", () => {
  expect(idOf("data[b][c]=2&data[a]=1&data[auth][x]=3", "efa85c323b50f6bd", "OnX", "1789546001")).toBe(
    "ac98de19a9a6d831b1a2ea4ad3bbca020e73bc7252e43284e10e38f27af0c825",
  );
});

test("the case of the event name does not matter; portal, name and time do", () => {
  const id = idOf("data[a]=1");
  expect(idOf("data[a]=1", "p", "onx")).toBe(id);
  const others = [idOf("data[a]=1", "q"), idOf("data[a]=1", "p", "ONY"), idOf("data[a]=1", "p", "ONX", "2")];
  expect(new Set([id, ...others]).size).toBe(4);
  expect(idOf("a=1", "p1", "X", "2")).not.toBe(idOf("a=1", "p", "1X", "2"));
});

test("data may be a scalar, blank, absent or nothing but tokens", () => {
  expect(idOf("data=107")).not.toBe(idOf("data=108"));
  expect(idOf("data=")).not.toBe(idOf("a=1"));
  expect(idOf("data[BOT][7][AUTH][user_id]=1&data[token]=x")).toBe(idOf("a=1"));
});

test("a blank leaf is a fact; a map named expires is no time of expiry", () => {
  expect(idOf("data[a]=1&data[b]=")).not.toBe(idOf("data[a]=1"));
  expect(idOf("data[expires][a]=1")).not.toBe(idOf("data[expires][a]=2"));
});

test("the same names are told apart after very many others", () => {
  const before = idOf("data[token]=1&data[name]=2");
  for (let round = 0; round < 10; round++) {
    idOf(Array.from({ length: 1000 }, (_, i) => `data[n${round}-${i}]=1`).join("&"));
  }
  expect(idOf("data[token]=3&data[name]=2")).toBe(before);
});

test("the order of very many names does not matter either", () => {
  const pairs = Array.from({ length: 100 }, (_, i) => `data[n${i % 9}][${i}]=${i}&data[${i}]=1`);
  expect(idOf(pairs.toReversed().join("&"))).toBe(idOf(pairs.join("&")));
});
