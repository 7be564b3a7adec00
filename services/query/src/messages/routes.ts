import type { Route } from "../http/route.ts";
import { listChatMessages } from "./list-chat-messages.ts";
import { listMessages } from "./list-messages.ts";

export const messageRoutes: readonly Route[] = [listChatMessages, listMessages];
