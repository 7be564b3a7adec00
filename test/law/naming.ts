import { externalChatKey, externalMessageKey } from "@portalstream/events";
import type { Keys } from "../oracle/src/index.ts";

/** The query API's hashes, for the oracle. The one place to change when a key gets another part. */
export const apiKeys: Keys = {
  chat: (connector, line, chat, _user) => externalChatKey(connector, line, chat),
  message: (connector, line, chat, _user, message) => externalMessageKey(connector, line, chat, message),
};
