import type { Route } from "../http/route.ts";
import { listSessions } from "./list-sessions.ts";

export const sessionRoutes: readonly Route[] = [listSessions];
