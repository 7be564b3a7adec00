import { describe, expect, test } from "vitest";
import { botMessage, botMessageV2, customerMessage, operatorMessage } from "../../test/bodies.ts";
import { read } from "../../test/read.ts";

type Fields = Readonly<Record<string, string>>;
const whole = ({ identity, side }: { identity: Fields; side: Fields }) => ({ ...identity, ...side });
const without = (fields: Fields, part: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !key.includes(part)));

/** The one message of an event, and its drift. */
function said(event: string, fields: Fields) {
  const record = read(event, fields);
  const [message] = record.kind === "message" ? record.messages : [];
  if (record.kind !== "message" || message === undefined) throw new Error(`${record.kind}`);
  return { ...message, drift: record.drift };
}
const byId = (id: string) => ({ id, name: null, type: null, mime: null, url: null, size: null });

describe("files", () => {
  const customer = without(whole(customerMessage), "[files]");
  const files = (more: Fields) => said("ONOPENLINEMESSAGEADD", { ...customer, ...more });
  const at = "[DATA][message][files]";

  test("of customers are ids: a list, a map or the one in its place", () => {
    expect(files({ [`${at}[0]`]: "4501", [`${at}[1]`]: "4502" })).toMatchObject({
      text: "see",
      files: [byId("4501"), byId("4502")],
      drift: [],
    });
    expect(files({ [`${at}[4501]`]: "4501" }).files).toEqual([byId("4501")]);
    expect(files({ [at]: "4501" }).files).toEqual([byId("4501")]);
  });

  test.each(["", "0"])("%j is no file", (none) => {
    expect(files({ [at]: none })).toMatchObject({ files: [], drift: [] });
  });

  test("that are odd leave the others, and the odd field of one leaves its others", () => {
    const event = files({
      [`${at}[0]`]: "4501",
      [`${at}[1]`]: "no id at all",
      [`${at}[2][id]`]: "4503",
      [`${at}[2][name][first]`]: "scan",
      [`${at}[2][size]`]: "large",
    });
    expect(event.files).toEqual([byId("4501"), byId("4503")]);
    expect(event.drift).toEqual(["message.files", "message.files.name", "message.files.size"]);
  });

  test("of operators are maps, a list of them or the one in its place", () => {
    const operator = without(whole(operatorMessage), "[files]");
    const one = { id: "77", name: "a.png", type: "image", mime: null, url: "https://x/a", size: 9 };
    for (const place of [at, `${at}[0]`, `${at}[n77]`]) {
      const fields = Object.entries({
        id: "77",
        name: "a.png",
        type: "image",
        link: "https://x/a",
        size: "9",
      });
      const map = Object.fromEntries(fields.map(([key, value]) => [`${place}[${key}]`, value]));
      expect(said("ONOPENLINEMESSAGEADD", { ...operator, ...map })).toMatchObject({
        files: [one],
        drift: [],
      });
    }
  });

  test("of bots are maps under their ids, of the newer bots ids among the parameters", () => {
    expect(said("ONIMBOTMESSAGEADD", whole(botMessage)).files).toEqual([{ ...byId("88"), name: "a.png" }]);
    expect(said("ONIMBOTV2MESSAGEADD", whole(botMessageV2)).files).toEqual([byId("88")]);
    const others = without(whole(botMessageV2), "[params]");
    for (const key of ["[FILE_ID]", "[files][0]", "[files][88]", "[fileId]"])
      expect(said("ONIMBOTV2MESSAGEADD", { ...others, [`[message][params]${key}`]: "88" }).files).toEqual([
        byId("88"),
      ]);
    expect(
      said("ONIMBOTV2MESSAGEADD", {
        ...others,
        "[message][files][0][id]": "90",
        "[message][files][0][name]": "b",
      }).files,
    ).toEqual([{ ...byId("90"), name: "b" }]);
  });
});

describe("a message that came in through the connector", () => {
  const by = (author: string | null, customer: string | null) => {
    const fields = without(whole(customerMessage), "[user_id]");
    const authors = { "[DATA][message][user_id]": author, "[DATA][connector][user_id]": customer };
    const told = Object.entries(authors).flatMap(([key, value]) => (value === null ? [] : [[key, value]]));
    return said("ONOPENLINEMESSAGEADD", { ...fields, ...Object.fromEntries(told) });
  };

  test.each([
    ["0", "500", null],
    ["7", "500", "7"],
    ["0", null, null],
  ])(
    "by user %j where the customer is %j was said by the company elsewhere",
    (author, customer, authorId) => {
      expect(by(author, customer)).toMatchObject({
        direction: "outbound",
        authorKind: "operator",
        authorId,
        authorName: null,
        connectorUserId: customer,
        externalMessageIds: ["g-1"],
        bitrixMessageId: null,
      });
    },
  );

  test.each([
    ["500", "500", "500"],
    [null, "500", "500"],
    ["", "500", "500"],
    ["500", null, "500"],
    [null, null, null],
  ])("by user %j where the customer is %j is the customer's", (author, customer, authorId) => {
    expect(by(author, customer)).toMatchObject({
      direction: "inbound",
      authorKind: "customer",
      authorId,
      authorName: "Iris",
      connectorUserId: customer,
    });
  });

  test("is the customer's where its author is of an unknown shape", () => {
    const fields = without(whole(customerMessage), "[message][user_id]");
    expect(said("ONOPENLINEMESSAGEADD", { ...fields, "[DATA][message][user_id][id]": "7" })).toMatchObject({
      direction: "inbound",
      authorId: "500",
      drift: ["message.user_id"],
    });
  });
});

describe("the user of the chat's name", () => {
  test.each(["500", "0"])("%s is told by an operator's message and by a bot's", (user) => {
    const operator = { ...whole(operatorMessage), "[DATA][connector][user_id]": user };
    expect(said("ONOPENLINEMESSAGEADD", operator).connectorUserId).toBe(user);
    const v1 = { ...whole(botMessage), "[PARAMS][CHAT_ENTITY_ID]": `viber|3|guest-7|${user}` };
    expect(said("ONIMBOTMESSAGEADD", v1)).toMatchObject({ externalChatId: "guest-7", connectorUserId: user });
    const v2 = { ...whole(botMessageV2), "[chat][entityId]": `viber|3|guest-7|${user}` };
    expect(said("ONIMBOTV2MESSAGEADD", v2)).toMatchObject({
      externalChatId: "guest-7",
      connectorUserId: user,
    });
  });

  test.each([
    ["viber|3|a|b|500", { line: "3", externalChatId: "a|b", connectorUserId: "500" }],
    ["viber|3|guest-7", { line: "3", externalChatId: "guest-7", connectorUserId: null }],
    ["viber|3|guest-7|", { line: "3", externalChatId: "guest-7", connectorUserId: null }],
    ["viber|3||500", { connector: null, externalChatId: null, connectorUserId: null }],
    ["viber", { connector: null, externalChatId: null, connectorUserId: null }],
  ])("%s", (code, place) => {
    const fields = { ...whole(botMessage), "[PARAMS][CHAT_ENTITY_ID]": code };
    expect(said("ONIMBOTMESSAGEADD", fields)).toMatchObject(place);
  });
});

describe("a signature", () => {
  const signed = (text: string, files: Fields = {}) => {
    const operator = without(whole(operatorMessage), "[files]");
    const { text: left, authorName } = said("ONOPENLINEMESSAGEADD", {
      ...operator,
      "[DATA][message][text]": text,
      ...files,
    });
    return [left, authorName];
  };
  const file = { "[DATA][message][files][0][name]": "a.pdf" };

  test.each([
    ["[b]Eva Roth:[/b] [br]yes", ["yes", "Eva Roth"]],
    ["[b]Eva [Sales]:[/b] [br]yes", ["yes", "Eva [Sales]"]],
    ["[B]Eva: night:[/B][BR] yes", ["yes", "Eva: night"]],
    ["[b]Eva:[/b] [br][b]Sum:[/b] [br]5", ["[b]Sum:[/b] [br]5", "Eva"]],
    ["[b]Sum:[/b] 5", ["[b]Sum:[/b] 5", null]],
    ["[b]One[/b] and [b]two:[/b] [br]x", ["[b]One[/b] and [b]two:[/b] [br]x", null]],
    ["[b]:[/b] [br]x", ["[b]:[/b] [br]x", null]],
    ["[b]Sum:[/b] ", ["[b]Sum:[/b] ", null]],
  ])("%s", (text, expected) => {
    expect(signed(text)).toEqual(expected);
  });

  test.each(["[b]Eva [Sales]:[/b]", "[b]Eva [Sales]:[/b] "])("alone before files: %j", (text) => {
    expect(signed(text, file)).toEqual(["", "Eva [Sales]"]);
  });

  test("is no customer's", () => {
    const fields = { ...whole(customerMessage), "[DATA][message][text]": "[b]Eva:[/b] [br]yes" };
    expect(said("ONOPENLINEMESSAGEADD", fields)).toMatchObject({
      text: "[b]Eva:[/b] [br]yes",
      authorName: "Iris",
    });
  });
});

test("a field that is not read is noted too where it is no map", () => {
  const fields = without(without(whole(customerMessage), "[ref]"), "[extra]");
  const odd = { "[DATA][ref]": "ad", "[DATA][extra]": "x", "[DATA][message][attachments]": "y" };
  const parts = ["[attachments]", "[params]"].reduce(without, { ...fields });
  expect(said("ONOPENLINEMESSAGEADD", { ...parts, ...odd, "[DATA][message][params]": "z" })).toMatchObject({
    text: "see",
    drift: ["ref", "extra", "message.attachments", "message.params"],
  });
});

test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])(
  "a kind of chat that is called %s is kept as sent",
  (word) => {
    for (const key of ["[PARAMS][CHAT_TYPE]", "[PARAMS][MESSAGE_TYPE]"]) {
      const fields = { ...without(whole(botMessage), "_TYPE]"), [key]: word };
      expect(read("ONIMBOTMESSAGEADD", fields)).toMatchObject({ kind: "message", bot: { chatType: word } });
    }
    const fields = { ...whole(botMessageV2), "[chat][type]": word };
    expect(read("ONIMBOTV2MESSAGEADD", fields)).toMatchObject({ kind: "message", bot: { chatType: word } });
  },
);
