import type { Route } from "../http/route.ts";
import { getChat } from "./get-chat.ts";
import { listChats } from "./list-chats.ts";

export const chatRoutes: readonly Route[] = [listChats, getChat];
