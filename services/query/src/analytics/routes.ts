import type { Route } from "../http/route.ts";
import { messageFigures } from "./messages.ts";
import { responseTimeFigures } from "./response-times.ts";
import { sessionFigures } from "./sessions.ts";

export const analyticsRoutes: readonly Route[] = [messageFigures, responseTimeFigures, sessionFigures];
