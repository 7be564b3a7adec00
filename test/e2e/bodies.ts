import { httpBuildQuery, type PhpMap } from "../simulator/src/encode-php.ts";

export const memberId = "0c1d2e3f405162738495a6b7c8d9eaf0";
export const applicationToken = "7d5e0c3b9a184f62a0b1c2d3e4f50617";
export const accessToken = "9e41c0ffee0000071b00045700000001f0f1075a1b2c3d4e5f";
export const refreshToken = "8fd1c0ffee0000071b00045700000001f0f107aabbccddeeff";

export const auth: PhpMap = {
  access_token: accessToken,
  expires: "1790003600",
  expires_in: "3600",
  scope: "imopenlines,imconnector,imbot",
  domain: "north-wind.bitrix24.com",
  server_endpoint: "https://oauth.bitrix.info/rest/",
  status: "F",
  client_endpoint: "https://north-wind.bitrix24.com/rest/",
  member_id: memberId,
  user_id: "31",
  refresh_token: refreshToken,
  application_token: applicationToken,
};

/** A form body as a portal sends it. */
export function bodyOf(event: string, data: PhpMap | string, ts = "1790000000", more: PhpMap = {}): string {
  return httpBuildQuery({ event, event_handler_id: "91", data, ts, auth, ...more });
}

const botAuth: PhpMap = { ...auth, user_id: "640", client_id: "local.5f00aa11bb22cc.12345678" };
const bots: PhpMap = { 640: { ...botAuth, AUTH: botAuth, BOT_ID: "640", BOT_CODE: "concierge" } };
const user: PhpMap = {
  ID: "31",
  NAME: "Nora Lind",
  FIRST_NAME: "Nora",
  LAST_NAME: "Lind",
  WORK_POSITION: "",
  GENDER: "F",
};

export const botJoinsPrivateChat = bodyOf("ONIMBOTJOINCHAT", {
  BOT: bots,
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
  USER: user,
});

export const botJoinsGroupChat = bodyOf("ONIMBOTJOINCHAT", {
  BOT: bots,
  PARAMS: {
    CHAT_TYPE: "C",
    MESSAGE_TYPE: "C",
    BOT_ID: "640",
    USER_ID: "31",
    CHAT_ID: "2209",
    CHAT_AUTHOR_ID: "31",
    CHAT_ENTITY_TYPE: "THREAD",
    CHAT_ENTITY_ID: "",
    ACCESS_HISTORY: "1",
    DIALOG_ID: "chat2209",
    LANGUAGE: "en",
  },
  USER: user,
});

export const dialogStarts = bodyOf("ONIMCONNECTORDIALOGSTART", {
  CONNECTOR: "harbour_chat",
  LINE: "12",
  DATA: [
    {
      connector: { connector_id: "harbour_chat", line_id: 12, chat_id: "guest-44", user_id: 88 },
      session: { id: 5120, closed: "N", parent_id: 5001, close_term: 15 },
      chat: { id: "guest-44" },
      user: { id: 88 },
    },
  ],
});

export const operatorMessageLeaves = bodyOf("ONIMCONNECTORMESSAGEADD", {
  CONNECTOR: "harbour_chat",
  LINE: 12,
  MESSAGES: [
    {
      im: { chat_id: 701, message_id: 90311 },
      message: { user_id: 31, text: "[b]Nora Lind:[/b] [br]The ferry leaves at nine." },
      chat: { id: "guest-44" },
    },
  ],
});

/** The documented list shape, without CONNECTOR: a customer's message. */
export const customerMessage = bodyOf("ONOPENLINEMESSAGEADD", {
  DATA: [
    {
      connector: { connector_id: "livechat", line_id: 12, chat_id: 3301, user_id: 88 },
      chat: { id: 3300 },
      message: {
        id: 40117,
        date: "",
        text: "Is there a ferry? 🚢",
        files: [],
        attach: "",
        system: "N",
        user_id: 88,
      },
      ref: [],
      extra: { EXTRA_URL: "" },
    },
  ],
});

export const messageDeleted = bodyOf("ONOPENLINEMESSAGEDELETE", {
  CONNECTOR: "livechat",
  LINE: 12,
  DATA: [{ im: { chat_id: 1600, message_id: 2900 }, message: { id: 2900 }, chat: { id: 1600 } }],
});
