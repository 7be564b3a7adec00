import { describe, expect, test } from "vitest";
import { read } from "../../test/read.ts";

describe("messages of open lines", () => {
  const customer = {
    "[DATA][connector][connector_id]": "tg",
    "[DATA][connector][line_id]": "3",
    "[DATA][connector][chat_id]": "ext-1",
    "[DATA][connector][user_id]": "77",
    "[DATA][message][id]": "m-1",
    "[DATA][message][text]": "hi",
  };
  test("without CONNECTOR the customer said it, under the connector's ids", () => {
    expect(read("ONOPENLINEMESSAGEADD", customer)).toMatchObject({
      kind: "message",
      action: "add",
      origin: "openLine",
      messages: [
        {
          bitrixMessageId: null,
          externalMessageIds: ["m-1"],
          connector: "tg",
          line: "3",
          externalChatId: "ext-1",
          bitrixChatId: null,
          direction: "inbound",
          authorKind: "customer",
          authorId: "77",
          text: "hi",
        },
      ],
    });
  });

  test("a list of one reads as the map does", () => {
    const list = Object.fromEntries(
      Object.entries(customer).map(([key, value]) => [key.replace("[DATA]", "[DATA][0]"), value]),
    );
    expect({ ...read("ONOPENLINEMESSAGEADD", list), source: null }).toEqual({
      ...read("ONOPENLINEMESSAGEADD", customer),
      source: null,
    });
  });

  test("with CONNECTOR it was said in Bitrix24, and the display name is kept apart", () => {
    const event = read("ONOPENLINEMESSAGEADD", {
      "[CONNECTOR]": "tg",
      "[LINE]": "3",
      "[DATA][connector][chat_id]": "ext-1",
      "[DATA][message][id]": "900",
      "[DATA][message][chat_id]": "41",
      "[DATA][message][user_id]": "7",
      "[DATA][message][text]": "[b]Ann Lee:[/b] [br]See the list",
      "[DATA][message][files][0][name]": "list.pdf",
      "[DATA][message][files][0][link]": "https://x/f",
      "[DATA][message][files][0][size]": "1024",
    });
    expect(event).toMatchObject({
      messages: [
        {
          bitrixMessageId: "900",
          bitrixChatId: "41",
          externalChatId: "ext-1",
          direction: "outbound",
          authorKind: "operator",
          authorId: "7",
          authorName: "Ann Lee",
          text: "See the list",
          files: [{ name: "list.pdf", type: null, mime: null, url: "https://x/f", size: 1024 }],
        },
      ],
    });
  });

  test.each([
    ["system=Y", { "[DATA][message][system]": "Y", "[DATA][message][user_id]": "7" }],
    ["user 0", { "[DATA][message][user_id]": "0" }],
  ])("%s is the system's", (_name, more) => {
    const event = read("ONOPENLINEMESSAGEADD", { "[CONNECTOR]": "tg", "[DATA][message][id]": "1", ...more });
    expect(event).toMatchObject({ messages: [{ authorKind: "system", direction: "outbound" }] });
  });

  test("an operator's edit names Bitrix24's message under im and the connector's in a list", () => {
    const event = read("ONOPENLINEMESSAGEUPDATE", {
      "[CONNECTOR]": "tg",
      "[DATA][im][chat_id]": "41",
      "[DATA][im][message_id]": "900",
      "[DATA][message][id][0]": "x1",
      "[DATA][message][id][1]": "x2",
      "[DATA][message][text]": "new",
      "[DATA][chat][id]": "ext-1",
    });
    expect(event).toMatchObject({
      action: "edit",
      messages: [
        { bitrixMessageId: "900", externalMessageIds: ["x1", "x2"], authorKind: "unknown", text: "new" },
      ],
    });
  });
});

describe("bots", () => {
  const inOpenLine = {
    "[BOT][64][BOT_ID]": "64",
    "[BOT][64][BOT_CODE]": "helper",
    "[PARAMS][MESSAGE_ID]": "18",
    "[PARAMS][FROM_USER_ID]": "500",
    "[PARAMS][TO_CHAT_ID]": "5",
    "[PARAMS][CHAT_TYPE]": "L",
    "[PARAMS][CHAT_ENTITY_TYPE]": "LINES",
    "[PARAMS][CHAT_ENTITY_ID]": "tg|3|ext-1|500",
    "[PARAMS][CHAT_ENTITY_DATA_1]": "Y|DEAL|31|N|N|7001|1789999000|0|0|0",
    "[PARAMS][CHAT_ENTITY_DATA_2]": "LEAD|0|COMPANY|0|CONTACT|9|DEAL|31",
    "[PARAMS][MESSAGE]": "hello",
    "[PARAMS][DIALOG_ID]": "chat5",
  };
  test("in an open line the chat's entity links the chat, the session and the CRM", () => {
    expect(read("ONIMBOTMESSAGEADD", inOpenLine)).toMatchObject({
      origin: "bot",
      messages: [
        {
          bitrixMessageId: "18",
          bitrixChatId: "5",
          connector: "tg",
          line: "3",
          externalChatId: "ext-1",
          direction: "inbound",
          authorKind: "customer",
        },
      ],
      bot: {
        bots: [{ id: "64", code: "helper" }],
        chatType: "openLine",
        sessionId: "7001",
        sessionOpenedAt: 1_789_999_000_000,
        crm: [
          { type: "deal", id: "31" },
          { type: "contact", id: "9" },
        ],
      },
    });
  });

  test("a deletion's text is a notice, not the message's", () => {
    expect(read("ONIMBOTMESSAGEDELETE", inOpenLine)).toMatchObject({
      action: "delete",
      messages: [{ text: null }],
    });
  });

  test("the newer bots' messages read alike", () => {
    const event = read("ONIMBOTV2MESSAGEADD", {
      "[bot][id]": "64",
      "[bot][code]": "helper",
      "[message][id]": "790",
      "[message][chatId]": "5",
      "[message][authorId]": "1",
      "[message][text]": "what's new",
      "[chat][id]": "5",
      "[chat][type]": "lines",
      "[chat][entityId]": "tg|3|ext-1|500",
      "[user][id]": "1",
      "[user][name]": "Klara",
    });
    expect(event).toMatchObject({
      messages: [
        {
          bitrixMessageId: "790",
          bitrixChatId: "5",
          connector: "tg",
          direction: "outbound",
          authorKind: "operator",
        },
      ],
      bot: { bots: [{ id: "64", code: "helper" }], chatType: "openLine" },
    });
  });
});

describe("everything else", () => {
  test("a deleted line is named by a scalar", () => {
    expect(read("ONIMCONNECTORLINEDELETE", { "": "107" })).toMatchObject({
      kind: "portal",
      action: "lineDelete",
      line: "107",
    });
  });

  test("a switched-off connector is read in either case", () => {
    const lower = read("ONIMCONNECTORSTATUSDELETE", { "[connector]": "tg", "[line]": "3" });
    const upper = read("ONIMCONNECTORSTATUSDELETE", { "[CONNECTOR]": "tg", "[LINE]": "3" });
    expect(lower).toMatchObject({ action: "connectorOff", connector: "tg", line: "3" });
    expect({ ...upper, source: null }).toEqual({ ...lower, source: null });
  });

  test("an unknown name is kept as other", () => {
    expect(read("ONCRMDEALADD", { "[FIELDS][ID]": "1" })).toMatchObject({ kind: "other" });
  });

  test("a broken shape is rejected with the field's name", () => {
    expect(read("ONIMCONNECTORMESSAGEADD", { "[CONNECTOR]": "tg" })).toMatchObject({
      kind: "rejected",
      reason: "missing_field",
      detail: "DATA",
    });
  });
});
