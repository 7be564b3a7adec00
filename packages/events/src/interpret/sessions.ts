import type { FormMap } from "../form/form.ts";
import type { Session, SessionAction, SessionEvent, SessionOrigin } from "../records.gen.ts";
import { type Interpreted, interpreter } from "./interpreter.ts";
import { asMap, idOf, idOrZero, itemsOf, mapOf, ShapeFault } from "./read.ts";

/** ONSESSION* and ONIMCONNECTORDIALOG*. `connector.chat_id` is Bitrix24's chat here, unlike in message events. */
export const sessions = (origin: SessionOrigin, action: SessionAction) =>
  interpreter((value): Interpreted<SessionEvent> => {
    const data = asMap(value, "data");
    const connector = idOf(data, "CONNECTOR", "connector");
    const line = idOf(data, "LINE", "line");
    const items = itemsOf(data, "DATA").map((item) => sessionOf(item, connector, line));
    return { kind: "session", action, origin, sessions: items, drift: [] };
  });

function sessionOf(item: FormMap, connector: string | null, line: string | null): Session {
  const place = mapOf(item, "connector");
  const session = mapOf(item, "session");
  const chat = mapOf(item, "chat");
  const lineMap = mapOf(item, "line");
  const bitrixChatId = idOrZero(chat, "chat_id", "id") ?? idOrZero(place, "chat_id");
  if (bitrixChatId === null) throw new ShapeFault("missing_field", "chat.chat_id");
  return {
    sessionId: idOrZero(session, "id"),
    parentSessionId: idOrZero(session, "parent_id"),
    connector: idOf(place, "connector_id") ?? connector,
    line: idOf(place, "line_id") ?? line ?? idOf(lineMap, "id"),
    lineName: idOf(lineMap, "name"),
    externalChatId: null,
    connectorUserId: null,
    bitrixChatId,
    customerUserId: idOrZero(place, "user_id") ?? idOrZero(mapOf(item, "user"), "id"),
    closeTerm: idOf(session, "close_term"),
  };
}
