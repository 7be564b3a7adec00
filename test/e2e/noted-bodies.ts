import { createHash } from "node:crypto";
import {
  authorIdOf,
  eventNameOf,
  type NotedBot,
  type NotedDialog,
  type NotedEvent,
  type NotedFile,
  type NotedMessage,
  type NotedSession,
  placeOf,
} from "../oracle/src/index.ts";
import { httpBuildQuery, type PhpMap, type PhpValue } from "../simulator/src/encode-php.ts";

/** A portal that sends the events of one example alone. */
export type ExamplePortal = { memberId: string; applicationToken: string };

const hex = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);
export const portalOf = (example: string): ExamplePortal => ({
  memberId: hex(`portal of ${example}`),
  applicationToken: hex(`token of ${example}`),
});

/** The form body that Bitrix24 sends for an event of docs/metrics.md. Throws where it has no such event. */
export function bodyOf(event: NotedEvent, { memberId, applicationToken }: ExamplePortal): string {
  const domain = "example.bitrix24.com";
  return httpBuildQuery({
    event: eventNameOf(event),
    event_handler_id: "91",
    data: dataOf(event),
    ts: secondsOf(event.at),
    auth: {
      domain,
      client_endpoint: `https://${domain}/rest/`,
      server_endpoint: "https://oauth.bitrix.info/rest/",
      member_id: memberId,
      application_token: applicationToken,
    },
  });
}

const secondsOf = (at: string): string => String(Date.parse(at) / 1000);

function refuse(what: string): never {
  throw new Error(`Bitrix24 sends no such event: ${what}`);
}

function dataOf(event: NotedEvent): PhpMap {
  if (event.kind === "bot") return event.action === "delete" ? gone(event) : joined(event);
  if (event.kind === "session") return event.origin === "dialog" ? dialog(event) : session(event);
  if (event.origin === "connector") return leaving(event);
  if (event.origin === "bot") return toldToBot(event);
  return event.bitrixMessage === undefined ? throughConnector(event) : fromPortal(event);
}

/** The external name; what is not told is not sent. */
function connectorOf(event: NotedMessage | NotedDialog): PhpMap {
  const { connector, line, externalChatId, connectorUserId } = placeOf(event);
  if (connector === null || externalChatId === null) refuse("no connector or no external chat");
  return { connector_id: connector, line_id: line, chat_id: externalChatId, user_id: connectorUserId };
}

const contentOf = ({ text, signature, files }: NotedMessage, asIds: boolean): PhpMap => ({
  text: signed(text, signature),
  files: (files ?? []).map((file) => (asIds ? idOf(file) : fileMap(file))),
});

/** A signature stands before a text, or alone: with a blank behind it where the text is empty, without where there is none. */
function signed(text: string | undefined, signature: string | undefined): string | null {
  if (signature === undefined) return text ?? null;
  const name = `[b]${signature}:[/b]`;
  if (text === undefined) return name;
  return text === "" ? `${name} ` : `${name} [br]${text}`;
}

const idOf = (file: NotedFile): string => (typeof file === "string" ? refuse("a file by its name") : file.id);
const fileMap = (file: NotedFile): PhpMap => (typeof file === "string" ? { name: file } : { ...file });

/** What came in through a connector: from the customer, or an answer given outside Bitrix24. */
function throughConnector(event: NotedMessage): PhpMap {
  if (event.message === undefined || event.bitrixChat !== undefined)
    refuse("a customer's message by Bitrix24 ids");
  if (event.from !== "customer" && event.user === undefined) refuse("an answer outside Bitrix24 to nobody");
  const user_id = event.from === "customer" ? authorIdOf(event) : (event.author ?? "0");
  const content = event.action === "delete" ? {} : contentOf(event, true);
  return {
    DATA: {
      connector: connectorOf(event),
      chat: { id: placeOf(event).externalChatId },
      message: { id: event.message, user_id, ...content },
    },
  };
}

const imOf = (event: NotedMessage): PhpMap => ({
  chat_id: event.bitrixChat ?? null,
  message_id: event.bitrixMessage ?? refuse("no Bitrix24 message"),
});

function fromPortal(event: NotedMessage): PhpMap {
  const { connector, line, externalChatId } = placeOf(event);
  const sent = (DATA: PhpValue): PhpMap => ({ CONNECTOR: connector, LINE: line, DATA });
  if (event.action === "edit" || event.action === "delete") {
    if (event.user !== undefined || event.from !== "unknown") refuse("an operator's change with its author");
    const im = imOf(event);
    const chat = { id: externalChatId };
    const external = event.message === undefined ? [] : [event.message];
    if (event.action === "edit")
      return sent({ im, message: { id: external, ...contentOf(event, false) }, chat });
    return sent([{ im, message: { id: external[0] ?? null }, chat }]);
  }
  const system = event.from === "system";
  if (!system && event.from !== "operator") refuse(`from the portal's ${event.from}`);
  return sent({
    connector: connectorOf(event),
    message: {
      id: event.bitrixMessage ?? null,
      chat_id: event.bitrixChat ?? null,
      user_id: system ? "0" : (event.author ?? null),
      ...contentOf(event, false),
      system: system ? "Y" : "N",
    },
    no_session: "N",
  });
}

function leaving(event: NotedMessage): PhpMap {
  const { connector, line, externalChatId, connectorUserId } = placeOf(event);
  if (connectorUserId !== null) refuse("ONIMCONNECTORMESSAGE with a user");
  const message =
    event.action === "delete"
      ? { id: event.message ?? null }
      : {
          id: event.message === undefined ? [] : [event.message],
          user_id: event.author ?? null,
          ...contentOf(event, false),
        };
  return {
    CONNECTOR: connector,
    LINE: line,
    MESSAGES: [{ im: imOf(event), message, chat: { id: externalChatId } }],
  };
}

const botsMap = (bots: readonly string[]): PhpMap =>
  Object.fromEntries(bots.map((id) => [id, { BOT_ID: id, BOT_CODE: `bot_${id}` }]));

/** What a bot's event tells of its chat: in an open line the USER_CODE, the session and the CRM entity. */
function chatParams(event: NotedMessage | NotedBot): PhpMap {
  const { connector, line, externalChatId, connectorUserId } = placeOf(event);
  const dialog = event.kind === "message" ? event.dialog : undefined;
  const type = connector !== null ? "L" : dialog !== undefined ? "P" : "C";
  const [crm] = event.crm ?? [];
  const opened = event.sessionOpenedAt === undefined ? "0" : secondsOf(event.sessionOpenedAt);
  const entity = crm === undefined ? "N|NONE|0" : `Y|${crm.type.toUpperCase()}|${crm.id}`;
  const openLine = {
    CHAT_ENTITY_TYPE: "LINES",
    CHAT_ENTITY_ID: [connector, line, externalChatId, connectorUserId].map((part) => part ?? "").join("|"),
    CHAT_ENTITY_DATA_1: `${entity}|N|N|${event.session ?? "0"}|${opened}|0|0|0`,
  };
  return {
    CHAT_ID: event.bitrixChat ?? null,
    DIALOG_ID: dialog ?? (event.bitrixChat === undefined ? null : `chat${event.bitrixChat}`),
    CHAT_TYPE: type,
    MESSAGE_TYPE: type,
    ...(connector === null ? {} : openLine),
  };
}

function toldToBot(event: NotedMessage): PhpMap {
  const system = event.from === "system";
  const author = system ? "0" : authorIdOf(event);
  const { text, files } = contentOf(event, false);
  return {
    BOT: botsMap(event.bots ?? []),
    PARAMS: {
      ...chatParams(event),
      MESSAGE_ID: event.bitrixMessage ?? null,
      MESSAGE: text ?? null,
      FROM_USER_ID: author,
      SYSTEM: system ? "Y" : "N",
      FILES: files ?? null,
    },
    USER: system
      ? {}
      : {
          ID: author,
          IS_BOT: event.from === "bot" ? "Y" : "N",
          IS_CONNECTOR: event.from === "customer" ? "Y" : "N",
        },
  };
}

const joined = (event: NotedBot): PhpMap => ({
  BOT: botsMap(event.bots),
  PARAMS: { ...chatParams(event), BOT_ID: event.bots[0] ?? null, USER_ID: event.user ?? null },
});

const gone = ({ bots }: NotedBot): PhpMap => ({ BOT_ID: bots[0] ?? null, BOT_CODE: `bot_${bots[0]}` });

function dialog(event: NotedDialog): PhpMap {
  const { connector, line, externalChatId, connectorUserId } = placeOf(event);
  const closed = event.action === "finish" ? "Y" : "N";
  return {
    CONNECTOR: connector,
    LINE: line,
    DATA: [
      {
        connector: connectorOf(event),
        session: { id: event.session ?? null, closed, parent_id: "0", close_term: "10" },
        chat: { id: externalChatId },
        user: { id: connectorUserId },
      },
    ],
  };
}

function session({ connector = "telegram", line = "1", bitrixChat }: NotedSession): PhpMap {
  return {
    DATA: {
      connector: { connector_id: connector, line_id: line, chat_id: bitrixChat },
      chat: { chat_id: bitrixChat },
      line: { id: line, name: "Line" },
    },
  };
}
