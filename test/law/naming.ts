import { externalChatKey, externalMessageKey } from "@portalstream/events";
import type { Keys } from "../oracle/src/index.ts";

/** The query API's hashes, for the oracle. */
export const apiKeys: Keys = {
  chat: externalChatKey,
  message: (connector, line, chat, user, message) => externalMessageKey(connector, line, chat, message, user),
};
