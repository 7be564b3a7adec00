import { expect, test } from "vitest";
import { dialog, session } from "../../test/bodies.ts";
import { read } from "../../test/read.ts";

test.each(["ONIMCONNECTORDIALOGSTART", "ONIMCONNECTORDIALOGFINISH"])(
  "%s names its chat by the external id and its user",
  (name) => {
    expect(read(name, { ...dialog.identity, ...dialog.side })).toMatchObject({
      kind: "session",
      origin: "dialog",
      sessions: [
        {
          sessionId: "640",
          parentSessionId: null,
          connector: "viber",
          line: "3",
          externalChatId: "8",
          connectorUserId: "0",
          bitrixChatId: null,
          customerUserId: "500",
          closeTerm: "15",
        },
      ],
      drift: [],
    });
  },
);

test.each(["ONSESSIONSTART", "ONSESSIONFINISH"])("%s names its chat by Bitrix24's id alone", (name) => {
  expect(read(name, { ...session.identity, ...session.side })).toMatchObject({
    kind: "session",
    origin: "session",
    sessions: [
      {
        sessionId: null,
        connector: "viber",
        line: "3",
        lineName: "Support",
        externalChatId: null,
        connectorUserId: null,
        bitrixChatId: "41",
        customerUserId: "500",
      },
    ],
    drift: [],
  });
});

test.each([
  ["connector", ["[CONNECTOR]", "[DATA][0][connector][connector_id]"]],
  ["chat", ["[DATA][0][connector][chat_id]", "[DATA][0][chat][id]"]],
])("a dialog that names no %s is rejected", (_what, keys) => {
  const fields = Object.entries({ ...dialog.identity, ...dialog.side }).filter(
    ([key]) => !keys.includes(key),
  );
  const event = read(dialog.event, Object.fromEntries(fields));
  expect(event).toMatchObject({ kind: "rejected", reason: "missing_field" });
});
