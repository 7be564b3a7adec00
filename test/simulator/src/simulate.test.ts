import { beforeAll, describe, expect, test } from "vitest";
import { makeBodies } from "./bodies.ts";
import { type History, simulate } from "./simulate.ts";
import type { TruthSession } from "./truth.ts";

const startAt = new Date("2026-03-01T09:00:00Z");
const options = { seed: 7, portals: 4, startAt, durationMinutes: 60, chatsPerPortal: 30 };
let history: History;
beforeAll(() => {
  history = simulate(options);
});

const deliveriesOf = (of: History) => of.portals.flatMap(({ deliveries }) => deliveries);
const chatsOf = (of: History) => of.portals.flatMap(({ truth }) => truth.chats);

describe("a history", () => {
  test("is the same for the same options and another for another seed or hour", () => {
    expect(simulate(options)).toEqual(history);
    const ids = (of: History) => of.portals.map(({ portal }) => portal.memberId);
    expect(ids(simulate({ ...options, seed: 8 }))).not.toEqual(ids(history));
    expect(ids(simulate({ ...options, startAt: new Date(0) }))).not.toEqual(ids(history));
  });

  test("has a portal's own member id, ts and token in every body, and a fresh access token wherever there is one", () => {
    const accessTokens = new Set<string>();
    let withAccess = 0;
    for (const { portal, deliveries } of history.portals)
      for (const { body, at, eventName } of deliveries) {
        const form = new URLSearchParams(body);
        expect(form.get("event")).toBe(eventName);
        expect(form.get("ts")).toBe(String(at));
        expect(form.get("auth[application_token]")).toBe(portal.applicationToken);
        expect(form.get("auth[member_id]") ?? form.get("data[bot][auth][member_id]")).toBe(portal.memberId);
        const token = form.get("auth[access_token]");
        if (token === null) continue;
        withAccess += 1;
        accessTokens.add(token);
      }
    expect(accessTokens.size).toBe(withAccess);
  });

  test("stays within its time, in order", () => {
    for (const { deliveries } of history.portals) {
      const times = deliveries.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((left, right) => left - right));
      expect(times[0]).toBeGreaterThanOrEqual(history.startAt);
      expect(times.at(-1)).toBeLessThanOrEqual(history.endAt);
    }
  });

  test("holds every shape of body", () => {
    const forms = deliveriesOf(history).map(({ body }) => new URLSearchParams(body));
    const some = (eventName: string, key: string) =>
      forms.some((form) => form.get("event") === eventName && form.has(key));
    expect(some("ONOPENLINEMESSAGEADD", "data[DATA][connector][chat_id]")).toBe(true);
    expect(some("ONOPENLINEMESSAGEADD", "data[DATA][0][connector][chat_id]")).toBe(true);
    expect(some("ONOPENLINEMESSAGEUPDATE", "data[DATA][message][id][0]")).toBe(true);
    expect(some("ONOPENLINEMESSAGEUPDATE", "data[DATA][message][id]")).toBe(true);
    expect(some("ONOPENLINEMESSAGEDELETE", "data[DATA][0][message][id]")).toBe(true);
    expect(some("ONOPENLINEMESSAGEDELETE", "data[DATA][message][id]")).toBe(true);
    expect(some("ONIMCONNECTORDIALOGFINISH", "data[DATA][0][session][id]")).toBe(true);
    expect(some("ONIMBOTMESSAGEADD", "data[BOT][571][AUTH][access_token]")).toBe(true);
    expect(some("ONIMBOTMESSAGEADD", "data[PARAMS][CHAT_ENTITY_DATA_1]")).toBe(true);
    expect(some("ONIMCONNECTORLINEDELETE", "data")).toBe(true);
    expect(some("ONOPENLINEMESSAGEADD", "data[DATA][message][files][0]")).toBe(true);
    expect(some("ONOPENLINEMESSAGEADD", "data[DATA][message][files][0][link]")).toBe(true);
    const offline = forms.find((form) => form.get("event") === "ONOFFLINEEVENT");
    expect([...(offline?.keys() ?? [])].some((key) => key.startsWith("data"))).toBe(false);
  });
});

describe("the truth", () => {
  test("counts every event that was told", () => {
    for (const { truth, deliveries } of history.portals) {
      const told = Object.values(truth.events).reduce((sum, count) => sum + count, 0);
      expect(told).toBe(deliveries.length);
    }
  });

  test("leaves no doubt which session a message belongs to", () => {
    for (const { sessions, messages } of chatsOf(history)) {
      for (const [index, session] of sessions.entries()) {
        const next = sessions[index + 1];
        if (next === undefined) continue;
        expect(next.openedAt - session.openedAt).toBeGreaterThanOrEqual(90);
        expect(session.closedAt).not.toBeNull();
        expect(next.openedAt).toBeGreaterThanOrEqual(session.closedAt ?? 0);
      }
      for (const { session, sentAt, isRating } of messages) {
        if (session === null || isRating) continue;
        expect(sentAt).toBeGreaterThanOrEqual(session.openedAt - 2);
        expect(sentAt).toBeLessThanOrEqual(session.closedAt ?? history.endAt);
      }
    }
  });

  test("knows edits and deletions, some in the second of the message itself", () => {
    const messages = chatsOf(history).flatMap((chat) => chat.messages);
    const edits = messages.filter(({ editedAt }) => editedAt !== null);
    const deletions = messages.filter(({ deletedAt }) => deletedAt !== null);
    expect(edits.some(({ editedAt, sentAt }) => editedAt === sentAt)).toBe(true);
    expect(deletions.some(({ deletedAt, sentAt }) => deletedAt === sentAt)).toBe(true);
  });

  test("knows ratings before and after the finish, answers given outside Bitrix24, and files by id or by name", () => {
    const chats = chatsOf(history);
    const rated = chats.flatMap(({ sessions }) => sessions.filter(({ rating }) => rating !== null));
    const late = ({ rating, closedAt }: TruthSession) => (rating?.ratedAt ?? 0) > (closedAt ?? 0);
    expect(rated.some(late)).toBe(true);
    expect(rated.every(late)).toBe(false);
    const messages = chats.flatMap((chat) => chat.messages);
    expect(messages.filter(({ isRating }) => isRating)).toHaveLength(rated.length);
    const outside = messages.filter(
      ({ direction, externalMessageIds, bitrixMessageId }) =>
        direction === "outbound" && externalMessageIds.length > 0 && bitrixMessageId === null,
    );
    expect(outside.some(({ author }) => author.id === null)).toBe(true);
    expect(outside.some(({ author }) => author.id !== null)).toBe(true);
    const files = messages.flatMap((message) => message.files);
    expect(files.some((file) => /^\d+$/.test(file))).toBe(true);
    expect(files.some((file) => /\.\w+$/.test(file))).toBe(true);
  });

  test("knows external chats with two customers' chats, and group chats with several customers", () => {
    for (const { truth, deliveries } of history.portals) {
      const external = truth.chats.flatMap(({ externalChatId }) => externalChatId ?? []);
      expect(new Set(external).size).toBeLessThan(external.length);
      const forms = deliveries.map(({ body }) => new URLSearchParams(body));
      const dialogs = forms.filter((form) => form.get("event") === "ONIMCONNECTORDIALOGSTART");
      const users = dialogs.map((form) => form.get("data[DATA][0][connector][user_id]"));
      expect(users).toContain("0");
      for (const form of dialogs) {
        const chat = form.get("data[DATA][0][chat][id]");
        expect(truth.chats.some(({ externalChatId }) => externalChatId === chat)).toBe(true);
      }
    }
    const authors = chatsOf(history).map(
      ({ messages }) =>
        new Set(messages.flatMap(({ author }) => (author.kind === "customer" ? author.id : []))),
    );
    expect(authors.some(({ size }) => size > 1)).toBe(true);
  });

  test("holds chats that open again, chats without an answer and chats that nothing links", () => {
    const chats = chatsOf(history);
    expect(chats.some(({ sessions }) => sessions.length > 1)).toBe(true);
    expect(
      chats.some(({ sessions }) =>
        sessions.some((each) => each.firstInboundAt !== null && each.firstResponseAt === null),
      ),
    ).toBe(true);
    expect(
      chats.some(({ externalChatId, bitrixChatId }) => externalChatId !== null && bitrixChatId === null),
    ).toBe(true);
  });
});

test("load bodies are distinct, repeatable and about 1.1 KB", () => {
  const { bodies, portals } = makeBodies(500, 3);
  expect(makeBodies(500, 3).bodies).toEqual(bodies);
  expect(new Set(bodies).size).toBe(500);
  const mean = bodies.reduce((sum, body) => sum + body.length, 0) / bodies.length;
  expect(mean).toBeGreaterThan(950);
  expect(mean).toBeLessThan(1300);
  const members = new Set(portals.map(({ memberId }) => memberId));
  expect(bodies.every((body) => members.has(new URLSearchParams(body).get("auth[member_id]") ?? ""))).toBe(
    true,
  );
});
