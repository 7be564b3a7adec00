import { externalChatKey } from "@portalstream/events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askUntil, enrol, post, type Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";
import * as bodies from "./bodies.ts";

// From the HTTP body to the query's answer, every documented field of the five event pages. Slow: it runs the whole product.

let stack: Stack;
const portal = `/v1/portals/${bodies.memberId}`;
/** The chat of one customer, as long as nothing links it to a chat of Bitrix24. */
const guest44 = externalChatKey("harbour_chat", "12", "guest-44", "88");
const occurredAt = "2026-09-21T14:13:20.000Z";

type Page = { items: Record<string, unknown>[] };
const isPage = (body: unknown): body is Page => typeof body === "object" && body !== null && "items" in body;
const itemsOf = (body: unknown): Record<string, unknown>[] => (isPage(body) ? body.items : []);
const holdsChat = (body: unknown): boolean => Object(body).chatId === "b701";
const holdsSome = (body: unknown): boolean => itemsOf(body).length > 0;

async function accepted(body: string): Promise<string> {
  const response = await post(stack, body);
  expect(response.status).toBe(200);
  const answer: unknown = await response.json();
  expect(answer).toEqual({ eventId: expect.stringMatching(/^[0-9a-f]{64}$/) });
  return typeof answer === "object" && answer !== null && "eventId" in answer ? String(answer.eventId) : "";
}

async function eventOf(eventId: string): Promise<Record<string, unknown> | undefined> {
  return itemsOf(await askUntil(stack, `${portal}/events?eventId=${eventId}`, holdsSome))[0];
}

beforeAll(async () => {
  stack = await startStack();
  await enrol(stack, bodies.memberId, bodies.applicationToken, "north-wind.bitrix24.com");
});
afterAll(() => stack.dispose());

describe("ONIMBOTJOINCHAT", () => {
  test("a bot that joins a private and a group chat is listed with both", async () => {
    const inPrivate = await accepted(bodies.botJoinsPrivateChat);
    const inGroup = await accepted(bodies.botJoinsGroupChat);
    const privateEvent = await eventOf(inPrivate);
    const groupEvent = await eventOf(inGroup);
    expect(privateEvent).toMatchObject({
      name: "ONIMBOTJOINCHAT",
      occurredAt,
      application: "default",
      topic: "bitrix24.bots",
      body: {
        event_handler_id: "91",
        data: {
          BOT: { 640: { BOT_ID: "640", BOT_CODE: "concierge", user_id: "640", AUTH: { status: "F" } } },
          PARAMS: {
            CHAT_TYPE: "P",
            MESSAGE_TYPE: "P",
            BOT_ID: "640",
            USER_ID: "31",
            TO_USER_ID: "31",
            FROM_USER_ID: "640",
            DIALOG_ID: "31",
            LANGUAGE: "en",
          },
          USER: {
            ID: "31",
            NAME: "Nora Lind",
            FIRST_NAME: "Nora",
            LAST_NAME: "Lind",
            WORK_POSITION: "",
            GENDER: "F",
          },
        },
        auth: { domain: "north-wind.bitrix24.com", member_id: bodies.memberId, expires_in: "3600" },
      },
    });
    expect(groupEvent).toMatchObject({
      body: {
        data: {
          PARAMS: {
            CHAT_TYPE: "C",
            CHAT_ID: "2209",
            CHAT_AUTHOR_ID: "31",
            CHAT_ENTITY_TYPE: "THREAD",
            CHAT_ENTITY_ID: "",
            ACCESS_HISTORY: "1",
            DIALOG_ID: "chat2209",
          },
        },
      },
    });
    // Another table than the events': its rows come a moment later.
    const joined = (page: unknown) => JSON.stringify(page).includes('"chat2209"');
    const body = await askUntil(stack, `${portal}/bots`, joined);
    expect(itemsOf(body)).toEqual([
      {
        botId: "640",
        code: "concierge",
        deletedAt: null,
        chats: [
          { dialogId: "31", chatId: null, chatType: "private", joinedAt: occurredAt, invitedBy: "31" },
          { dialogId: "chat2209", chatId: "b2209", chatType: "group", joinedAt: occurredAt, invitedBy: "31" },
        ],
      },
    ]);
  });
});

describe("ONIMCONNECTORDIALOGSTART", () => {
  test("the session is open in the chat of the external id, with every documented field", async () => {
    const event = await eventOf(await accepted(bodies.dialogStarts));
    expect(event).toMatchObject({
      topic: "bitrix24.sessions",
      body: {
        data: {
          CONNECTOR: "harbour_chat",
          LINE: "12",
          DATA: [
            {
              connector: { connector_id: "harbour_chat", line_id: "12", chat_id: "guest-44", user_id: "88" },
              session: { id: "5120", closed: "N", parent_id: "5001", close_term: "15" },
              chat: { id: "guest-44" },
              user: { id: "88" },
            },
          ],
        },
      },
    });
    const sessions = await askUntil(stack, `${portal}/sessions?connector=harbour_chat`, holdsSome);
    expect(itemsOf(sessions)[0]).toMatchObject({
      sessionId: "5120",
      parentSessionId: "5001",
      chatId: guest44,
      connector: "harbour_chat",
      line: "12",
      openedAt: occurredAt,
      closedAt: null,
      openedBy: "dialog",
    });
    const chat = await askUntil(
      stack,
      `${portal}/chats/${guest44}`,
      (body) => Object(body).chatId === guest44,
    );
    expect(chat).toMatchObject({
      chatId: guest44,
      bitrixChatId: null,
      externalChatId: "guest-44",
      state: "open",
      session: { sessionId: "5120" },
    });
  });
});

describe("ONIMCONNECTORMESSAGEADD", () => {
  test("the operator's message is in the chat that it links", async () => {
    const eventId = await accepted(bodies.operatorMessageLeaves);
    const page = await askUntil(stack, `${portal}/messages?connector=harbour_chat`, holdsSome);
    expect(itemsOf(page)).toEqual([
      {
        messageId: expect.any(String),
        chatId: "b701",
        connector: "harbour_chat",
        line: "12",
        bitrixMessageId: "90311",
        externalMessageIds: [],
        direction: "outbound",
        author: { kind: "operator", id: "31", name: "Nora Lind" },
        text: "The ferry leaves at nine.",
        files: [],
        sentAt: occurredAt,
        editedAt: null,
        deletedAt: null,
        sessionId: "5120",
        source: "connector",
        isRating: false,
        counted: true,
        eventIds: [eventId],
      },
    ]);
    const chats = await askUntil(stack, `${portal}/chats?externalChatId=guest-44`, holdsSome);
    expect(itemsOf(chats)[0]).toMatchObject({
      chatId: "b701",
      externalChatId: "guest-44",
      operators: ["31"],
      session: { sessionId: "5120" },
    });
    // The chat keeps the name that it had before it was linked.
    expect(await askUntil(stack, `${portal}/chats/${guest44}`, holdsChat)).toMatchObject({ chatId: "b701" });
  });
});

describe("ONOPENLINEMESSAGEADD", () => {
  test("the documented list without CONNECTOR is a customer's message", async () => {
    const eventId = await accepted(bodies.customerMessage);
    expect(await eventOf(eventId)).toMatchObject({
      body: {
        data: { DATA: [{ message: { date: "", attach: "", system: "N" }, extra: { EXTRA_URL: "" } }] },
      },
    });
    const page = await askUntil(stack, `${portal}/messages?q=FERRY&direction=inbound`, holdsSome);
    expect(itemsOf(page)).toEqual([
      {
        messageId: expect.any(String),
        chatId: expect.any(String),
        connector: "livechat",
        line: "12",
        bitrixMessageId: null,
        externalMessageIds: ["40117"],
        direction: "inbound",
        author: { kind: "customer", id: "88", name: null },
        text: "Is there a ferry? 🚢",
        files: [],
        sentAt: occurredAt,
        editedAt: null,
        deletedAt: null,
        sessionId: null,
        source: "connector",
        isRating: false,
        counted: true,
        eventIds: [eventId],
      },
    ]);
    const chats = await askUntil(stack, `${portal}/chats?externalChatId=3301`, holdsSome);
    expect(itemsOf(chats)[0]).toMatchObject({
      externalChatId: "3301",
      bitrixChatId: null,
      connector: "livechat",
      state: "open",
      messages: { inbound: 1, outbound: 0, system: 0, edited: 0, deleted: 0 },
    });
  });
});

describe("ONOPENLINEMESSAGEDELETE", () => {
  test("the deletion marks the message, known or not", async () => {
    const eventId = await accepted(bodies.messageDeleted);
    const page = await askUntil(stack, `${portal}/messages?deleted=true`, holdsSome);
    expect(itemsOf(page)[0]).toMatchObject({
      chatId: "b1600",
      bitrixMessageId: "2900",
      externalMessageIds: ["2900"],
      connector: "livechat",
      line: "12",
      direction: "outbound",
      deletedAt: occurredAt,
      isRating: false,
      counted: true,
      eventIds: [eventId],
    });
  });
});
