import { urlencode } from "../../../simulator/src/index.ts";
import { key } from "./form-key.ts";
import type { BenchPortal, Line } from "./portals.ts";

/** A chat of an open line, its texts already encoded for a form. */
export type WireChat = {
  line: Line;
  externalChatId: string;
  bitrixChatId: string;
  userId: string;
  customerName: string;
};

/** What every body carries: when it was sent, by whom and with which token. */
export type Delivery = { portal: BenchPortal; at: number; userId: string; token: string };

const data = (...path: string[]): string => key("data", "DATA", ...path);
const listed = (...path: string[]): string => key("data", "DATA", "0", ...path);

const expires = key("auth", "expires");
const actingUser = key("auth", "user_id");

const accessToken = key("auth", "access_token");

function body(event: string, fields: string, { portal, at, userId, token }: Delivery): string {
  return `event=${event}&event_handler_id=57${fields}&ts=${at}${accessToken}${token}${expires}${at + 3600}${actingUser}${userId}${portal.auth}`;
}

const place = {
  connector: data("connector", "connector_id"),
  line: data("connector", "line_id"),
  chat: data("connector", "chat_id"),
  user: data("connector", "user_id"),
};
const placeOf = (chat: WireChat, chatId: string): string =>
  `${place.connector}${chat.line.connector}${place.line}${chat.line.id}${place.chat}${chatId}${place.user}${chat.userId}`;

const chatFields = {
  id: data("chat", "id"),
  name: data("chat", "name"),
  description: data("chat", "description"),
};
const message = {
  id: data("message", "id"),
  chat: data("message", "chat_id"),
  user: data("message", "user_id"),
  text: data("message", "text"),
  system: data("message", "system"),
  customerFile: data("message", "files", "0"),
};

/** ONOPENLINEMESSAGEADD of a customer: the connector's ids, and files by their ids only. */
export function fromCustomer(
  chat: WireChat,
  said: { id: string; text: string; fileId: string | null },
  delivery: Delivery,
): string {
  const file = said.fileId === null ? "" : `${message.customerFile}${said.fileId}`;
  const fields = `${placeOf(chat, chat.externalChatId)}${chatFields.id}${chat.externalChatId}${chatFields.name}${chat.customerName}${chatFields.description}${message.id}${said.id}${message.text}${said.text}${file}${message.user}${chat.userId}`;
  return body("ONOPENLINEMESSAGEADD", fields, delivery);
}

const sender = { connector: key("data", "CONNECTOR"), line: key("data", "LINE") };
const sentFrom = (line: Line): string => `${sender.connector}${line.connector}${sender.line}${line.id}`;
const noSession = `${data("no_session")}N`;
const file = (name: string): string => data("message", "files", "0", name);
const fileFields = (
  [
    ["name", "invoice.pdf"],
    ["type", "file"],
    ["mime", "application/pdf"],
    ["size", "48213"],
  ] as const
)
  .map(([name, value]) => `${file(name)}${urlencode(value)}`)
  .join("");

/** ONOPENLINEMESSAGEADD of an operator or of the system: all four parts of the chat's name, and Bitrix24's ids. */
export function fromPortal(
  chat: WireChat,
  said: { id: string; text: string; authorId: string; file: boolean },
  delivery: Delivery,
): string {
  const link = said.file
    ? `${fileFields}${file("link")}${urlencode(`https://${delivery.portal.domain}/~${said.id}`)}`
    : "";
  const system = said.authorId === "0" ? "Y" : "N";
  const fields = `${sentFrom(chat.line)}${placeOf(chat, chat.externalChatId)}${message.id}${said.id}${message.chat}${chat.bitrixChatId}${message.user}${said.authorId}${message.text}${said.text}${link}${message.system}${system}${noSession}`;
  return body("ONOPENLINEMESSAGEADD", fields, delivery);
}

const im = { chat: data("im", "chat_id"), message: data("im", "message_id") };

/** ONOPENLINEMESSAGEUPDATE of an operator: `message.id` is a list of the connector's ids. */
export function editedByOperator(
  chat: WireChat,
  said: { id: string; externalId: string; text: string },
  delivery: Delivery,
): string {
  const fields = `${sentFrom(chat.line)}${im.chat}${chat.bitrixChatId}${im.message}${said.id}${data("message", "id", "0")}${said.externalId}${message.text}${said.text}${chatFields.id}${chat.externalChatId}`;
  return body("ONOPENLINEMESSAGEUPDATE", fields, delivery);
}

const dialogFields = {
  connector: listed("connector", "connector_id"),
  line: listed("connector", "line_id"),
  chat: listed("connector", "chat_id"),
  user: listed("connector", "user_id"),
  session: listed("session", "id"),
  closed: listed("session", "closed"),
  fixed: `${listed("session", "parent_id")}0${listed("session", "close_term")}10`,
  chatId: listed("chat", "id"),
  userId: listed("user", "id"),
};

/** ONIMCONNECTORDIALOGSTART and FINISH: the session's id, and the chat by its external id. */
export function dialog(chat: WireChat, sessionId: string, closed: boolean, delivery: Delivery): string {
  const names = dialogFields;
  const where = `${names.connector}${chat.line.connector}${names.line}${chat.line.id}${names.chat}${chat.externalChatId}${names.user}${chat.userId}`;
  const which = `${names.session}${sessionId}${names.closed}${closed ? "Y" : "N"}${names.fixed}${names.chatId}${chat.externalChatId}${names.userId}${chat.userId}`;
  const event = closed ? "ONIMCONNECTORDIALOGFINISH" : "ONIMCONNECTORDIALOGSTART";
  return body(event, `${sentFrom(chat.line)}${where}${which}`, delivery);
}

const sessionFields = {
  chat: data("chat", "chat_id"),
  line: data("line", "id"),
  lineName: data("line", "name"),
};

/** ONSESSIONSTART and FINISH: no session id, and the chat by its Bitrix24 id. */
export function session(chat: WireChat, closed: boolean, delivery: Delivery): string {
  const fields = `${placeOf(chat, chat.bitrixChatId)}${sessionFields.chat}${chat.bitrixChatId}${sessionFields.line}${chat.line.id}${sessionFields.lineName}${chat.line.name}`;
  return body(closed ? "ONSESSIONFINISH" : "ONSESSIONSTART", fields, delivery);
}

const params = (name: string): string => key("data", "PARAMS", name);

/** What bots receive about their open line: its chat by both names, its session and its CRM entity. */
function openLineParams(chat: WireChat, sessionId: string, at: number): string {
  const userCode = urlencode(`${chat.line.connector}|${chat.line.id}|${chat.externalChatId}|${chat.userId}`);
  const entity = urlencode(`Y|DEAL|${chat.bitrixChatId}|N|N|${sessionId}|${at}|0|0|0`);
  return `${params("CHAT_ID")}${chat.bitrixChatId}${params("CHAT_TYPE")}L${params("MESSAGE_TYPE")}L${params("CHAT_ENTITY_TYPE")}LINES${params("CHAT_ENTITY_ID")}${userCode}${params("CHAT_ENTITY_DATA_1")}${entity}${params("DIALOG_ID")}chat${chat.bitrixChatId}`;
}

function botFields(delivery: Delivery, botId: string): string {
  const bot = (...path: string[]) => key("data", "BOT", botId, ...path);
  const tokens = (...path: string[]) =>
    `${bot(...path, "access_token")}${delivery.token}${bot(...path, "member_id")}${delivery.portal.memberId}${bot(...path, "user_id")}${botId}`;
  return `${tokens()}${tokens("AUTH")}${bot("BOT_ID")}${botId}${bot("BOT_CODE")}helper`;
}

const customerFlags = `${key("data", "USER", "IS_BOT")}N${key("data", "USER", "IS_CONNECTOR")}Y`;

const userFields = (chat: WireChat): string =>
  `${key("data", "USER", "ID")}${chat.userId}${key("data", "USER", "NAME")}${chat.customerName}`;

export function botJoins(chat: WireChat, botId: string, sessionId: string, delivery: Delivery): string {
  const fields = `${botFields(delivery, botId)}${openLineParams(chat, sessionId, delivery.at)}${params("BOT_ID")}${botId}${params("USER_ID")}${chat.userId}${userFields(chat)}`;
  return body("ONIMBOTJOINCHAT", fields, delivery);
}

/** ONIMBOTMESSAGEADD: the same message of a customer, under its Bitrix24 id. */
export function heardByBot(
  chat: WireChat,
  botId: string,
  said: { id: string; text: string; sessionId: string },
  delivery: Delivery,
): string {
  const fields = `${botFields(delivery, botId)}${params("MESSAGE")}${said.text}${params("FROM_USER_ID")}${chat.userId}${params("AUTHOR_ID")}${chat.userId}${params("SYSTEM")}N${params("MESSAGE_ID")}${said.id}${openLineParams(chat, said.sessionId, delivery.at)}${userFields(chat)}${customerFlags}`;
  return body("ONIMBOTMESSAGEADD", fields, delivery);
}
