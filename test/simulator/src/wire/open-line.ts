import type { PhpMap } from "../encode-php.ts";
import type { Person } from "../world.ts";
import { type Chat, file, fileIds, type Said, signed } from "./said.ts";

const connector = (chat: Chat, userId: string): PhpMap => ({
  connector_id: chat.line.connector,
  line_id: chat.line.id,
  chat_id: chat.externalChatId,
  user_id: userId,
});

/**
 * ONOPENLINEMESSAGEADD and UPDATE of what came in through the connector: ids are the connector's, files are ids. PHP drops the empty maps
 * and the date object. It is the customer's, but for an answer that the company gave outside Bitrix24: that one has another user.
 */
export const fromConnector = (chat: Chat, customer: Person, said: Said): PhpMap => ({
  connector: connector(chat, customer.id),
  chat: { id: chat.externalChatId, name: customer.name, description: "" },
  message: {
    id: said.externalIds[0] ?? "",
    date: {},
    text: said.text,
    files: fileIds(said),
    user_id: said.author.id,
  },
  ref: [],
  extra: {},
});

export const deletedByCustomer = (chat: Chat, said: Said): PhpMap => ({
  connector: connector(chat, said.author.id),
  chat: { id: chat.externalChatId, name: said.author.name, description: "" },
  message: { id: said.externalIds[0] ?? "", user_id: said.author.id },
});

/** ONOPENLINEMESSAGEADD of what an operator, a bot or the system wrote: the message's ids are Bitrix24's, the connector's chat is external. */
export const fromPortal = (chat: Chat, said: Said, domain: string): PhpMap => ({
  connector: connector(chat, chat.code),
  message: {
    id: said.bitrixMessageId,
    chat_id: chat.bitrixChatId,
    user_id: said.system ? "0" : said.author.id,
    text: signed(said),
    files: said.files.map((each) => file(each, domain)),
    attachments: [],
    params: {},
    system: said.system ? "Y" : "N",
  },
  no_session: "N",
});

const im = (chat: Chat, said: Said): PhpMap => ({
  chat_id: chat.bitrixChatId,
  message_id: said.bitrixMessageId,
});

/** Edited: message.id is a list of the connector's ids. */
export const editedByOperator = (chat: Chat, said: Said): PhpMap => ({
  im: im(chat, said),
  message: { id: said.externalIds, text: signed(said) },
  chat: { id: chat.externalChatId },
});

/** Deleted: one item for each of the connector's ids, and message.id is a scalar. */
export const deletedByOperator = (chat: Chat, said: Said): PhpMap[] =>
  said.externalIds.map((id) => ({
    im: im(chat, said),
    message: { id },
    chat: { id: chat.externalChatId },
  }));

/** ONSESSIONSTART and FINISH: no session id, and the connector's chat_id is Bitrix24's here. */
export const session = (chat: Chat): PhpMap => ({
  DATA: {
    connector: {
      connector_id: chat.line.connector,
      line_id: chat.line.id,
      chat_id: chat.bitrixChatId,
      user_id: chat.customer.id,
    },
    chat: { chat_id: chat.bitrixChatId },
    line: { id: chat.line.id, name: chat.line.name },
  },
});
