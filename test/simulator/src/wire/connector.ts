import type { PhpMap } from "../encode-php.ts";
import { type Chat, file, type OpenSession, type Said, signed } from "./said.ts";

const leaving = (chat: Chat, said: Said, messages: readonly PhpMap[]): PhpMap => ({
  CONNECTOR: chat.line.connector,
  LINE: chat.line.id,
  MESSAGES: messages.map((message) => ({
    im: { chat_id: chat.bitrixChatId, message_id: said.bitrixMessageId },
    message,
    chat: { id: chat.externalChatId },
  })),
});

/** ONIMCONNECTORMESSAGEADD: the same message that ONOPENLINEMESSAGEADD tells of, for the connector that must pass it on. */
export const added = (chat: Chat, said: Said, domain: string): PhpMap =>
  leaving(chat, said, [
    {
      user_id: said.system ? "0" : said.author.id,
      text: signed(said),
      files: said.files.map((each) => file(each, domain)),
      attachments: [],
      params: {},
    },
  ]);

export const edited = (chat: Chat, said: Said): PhpMap =>
  leaving(chat, said, [{ id: said.externalIds, text: signed(said) }]);

export const deleted = (chat: Chat, said: Said): PhpMap =>
  leaving(
    chat,
    said,
    said.externalIds.map((id) => ({ id })),
  );

/** ONIMCONNECTORDIALOGSTART and FINISH: the only connector events with the session's id. They name the chat by its USER_CODE. */
export const dialog = (chat: Chat, session: OpenSession, closed: boolean): PhpMap => ({
  CONNECTOR: chat.line.connector,
  LINE: chat.line.id,
  DATA: [
    {
      connector: {
        connector_id: chat.line.connector,
        line_id: chat.line.id,
        chat_id: chat.externalChatId,
        user_id: chat.code,
      },
      session: { id: session.id, closed: closed ? "Y" : "N", parent_id: "0", close_term: "10" },
      chat: { id: chat.externalChatId },
      user: { id: chat.code },
    },
  ],
});
