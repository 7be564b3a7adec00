import { hash } from "node:crypto";
import type { Message } from "./records.gen.ts";

const hashLength = 22;
const cachedChats = 50_000;
const chatKeys = new Map<string, string>();

/**
 * The key of a chat that is known by its connector's id: "x" and a hash. `user`: the connector user, "0" for all users of the external
 * chat, "" where it is not told.
 */
export function externalChatKey(connector: string, line: string, externalChatId: string, user = ""): string {
  const parts = [connector, line, externalChatId];
  const name = framed(user === "" ? parts : [...parts, user]);
  const known = chatKeys.get(name);
  if (known !== undefined) return known;
  const key = hashed(name);
  if (chatKeys.size >= cachedChats) chatKeys.clear();
  chatKeys.set(name, key);
  return key;
}

/** The key of a message that is known by its connector's id: "x" and a hash. `user` as in `externalChatKey`. */
export function externalMessageKey(
  connector: string,
  line: string,
  externalChatId: string,
  externalMessageId: string,
  user = "",
): string {
  const place = [connector, line, externalChatId];
  return hashed(framed(user === "" ? [...place, externalMessageId] : [...place, user, externalMessageId]));
}

type NamedMessage = Pick<
  Message,
  "bitrixMessageId" | "connector" | "line" | "externalChatId" | "externalMessageIds" | "connectorUserId"
>;

/**
 * The identity of a message within its portal: "b" and its Bitrix24 id, else its external key; null when it has neither. `user`: whose
 * message it is where the event does not tell the connector user.
 */
export function messageKey(message: NamedMessage, user = ""): string | null {
  const { bitrixMessageId, connector, line, externalChatId, connectorUserId } = message;
  if (bitrixMessageId !== null) return `b${bitrixMessageId}`;
  const id = smallest(message.externalMessageIds);
  if (connector === null || externalChatId === null || id === undefined) return null;
  return externalMessageKey(connector, line ?? "", externalChatId, id, connectorUserId ?? user);
}

/** Each part with its length, so that no two lists of parts read the same. */
function framed(parts: readonly string[]): string {
  let name = "";
  for (const part of parts) name += `${part.length}:${part}`;
  return name;
}

function hashed(name: string): string {
  return `x${hash("sha256", name, "base64url").slice(0, hashLength)}`;
}

function smallest(ids: readonly string[]): string | undefined {
  return ids.reduce<string | undefined>(
    (least, id) => (least === undefined || id < least ? id : least),
    undefined,
  );
}
