import type { ChatName } from "./facts.ts";
import { distinct, greatest } from "./order.ts";

/** The chat that these two names mean, as far as all events together know; "" where neither name is known. */
export function chatIdOf(names: readonly ChatName[], externalChat: string, bitrixChat: string): string {
  if (bitrixChat !== "") return `b${bitrixChat}`;
  if (externalChat === "") return "";
  const links = names.filter((name) => name.externalChat === externalChat && name.bitrixChat !== "");
  const link = greatest(links, (name) => [name.at, name.bitrixChat]);
  return link === null ? externalChat : `b${link.bitrixChat}`;
}

export type ChatPlace = {
  chatId: string;
  bitrixChatId: string | null;
  externalChatId: string | null;
  connector: string;
  line: string;
};

export function chatPlaces(names: readonly ChatName[]): ChatPlace[] {
  const chatOf = (name: ChatName) => chatIdOf(names, name.externalChat, name.bitrixChat);
  const places: ChatPlace[] = [];
  for (const chatId of distinct(names.map(chatOf))) {
    if (chatId === "") continue;
    const own = names.filter((name) => chatOf(name) === chatId && name.connector !== "");
    const best = greatest(own, (name) => [
      name.externalChat === "" ? 0 : 1,
      name.at,
      name.connector,
      name.line,
      name.externalChatId,
    ]);
    places.push({
      chatId,
      bitrixChatId: chatId.startsWith("b") ? chatId.slice(1) : null,
      externalChatId: best === null || best.externalChatId === "" ? null : best.externalChatId,
      connector: best?.connector ?? "",
      line: best?.line ?? "",
    });
  }
  return places;
}
