import { knowBot, type Tape, tell } from "./tape.ts";
import * as botV1 from "./wire/bot-v1.ts";

/** What happens to the application rather than in a chat, and an event that nobody has heard of yet. */
export function playApplication(tape: Tape, startAt: number): void {
  const { portal, random } = tape;
  const admin = { kind: "user", id: "1", refresh: true } as const;
  const plain = { kind: "user", id: "1", refresh: false } as const;
  const at = (minutes: number) => Math.min(tape.endAt, startAt + minutes * 60 + random.int(0, 50));
  tell(
    tape,
    at(1),
    "ONAPPTEST",
    { QUERY: { any: "data", ключ: "wert & more" }, LANGUAGE_ID: "en" },
    "self-test",
    admin,
  );
  tell(
    tape,
    at(2),
    "ONIMCONNECTORSTATUSDELETE",
    { connector: "own_old", line: "99" },
    "connector off",
    plain,
  );
  tell(tape, at(3), "ONIMCONNECTORLINEDELETE", 99, "line deleted: data is a scalar", plain);
  tell(tape, at(4), "ONOFFLINEEVENT", [], "no data at all", admin);
  tell(tape, at(5), "ONCRMDEALADD", { FIELDS: { ID: String(random.int(1, 999)) } }, "another family", plain);
  tell(
    tape,
    at(6),
    "ONSOMETHINGQUITENEW",
    { deep: { list: ["a", "", { x: true }], none: null } },
    "unknown event",
    plain,
  );

  const bot = portal.bots.deleted;
  const joinedAt = at(1);
  const data = {
    BOT: botV1.botMap(portal, random, bot, joinedAt),
    PARAMS: {
      BOT_ID: bot.id,
      USER_ID: "1",
      CHAT_ID: "15",
      CHAT_TYPE: "C",
      MESSAGE_TYPE: "C",
      DIALOG_ID: "chat15",
    },
    USER: { ID: "1", NAME: "Admin" },
  };
  tell(tape, joinedAt, "ONIMBOTJOINCHAT", data, "bot joins a group", plain);
  const deletedAt = at(8);
  tell(tape, deletedAt, "ONIMBOTDELETE", { BOT_ID: bot.id, BOT_CODE: bot.code }, "bot deleted", plain);
  Object.assign(knowBot(tape, bot), { deletedAt, dialogs: ["chat15"] });
}
