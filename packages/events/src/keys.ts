import { hash } from "node:crypto";
import type { Message } from "./records.gen.ts";

const hashLength = 22;
const cachedChats = 50_000;
const chatKeys = new Map<string, string>();

/** The key of a chat that is known by its connector's id: "x" and a hash. */
export function externalChatKey(connector: string, line: string, externalChatId: string): string {
  const name = framed([connector, line, externalChatId]);
  const known = chatKeys.get(name);
  if (known !== undefined) return known;
  const key = hashed(name);
  if (chatKeys.size >= cachedChats) chatKeys.clear();
  chatKeys.set(name, key);
  return key;
}

/** The key of a message that is known by its connector's id: "x" and a hash. */
export function externalMessageKey(
  connector: string,
  line: string,
  externalChatId: string,
  externalMessageId: string,
): string {
  return hashed(framed([connector, line, externalChatId, externalMessageId]));
}

type NamedMessage = Pick<
  Message,
  "bitrixMessageId" | "connector" | "line" | "externalChatId" | "externalMessageIds"
>;

/** The identity of a message within its portal: "b" and its Bitrix24 id, else its external key; null when it has neither. */
export function messageKey(message: NamedMessage): string | null {
  const { bitrixMessageId, connector, line, externalChatId } = message;
  if (bitrixMessageId !== null) return `b${bitrixMessageId}`;
  const externalMessageId = smallest(message.externalMessageIds);
  if (connector === null || externalChatId === null || externalMessageId === undefined) return null;
  return externalMessageKey(connector, line ?? "", externalChatId, externalMessageId);
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
