import type { MessageFact } from "./fact.ts";
import type { FinishPoint, StartPoint } from "./points.ts";
import type { Session } from "./session.ts";

// A session's row lies under its opening time and one of these: they consist of what one fact tells, so that a writer that knows fewer
// facts puts no session where a writer that knows more does not look.

export const startOpener = ({ name, origin, sessionId }: StartPoint): Session["opener"] => ({
  name,
  key: `s ${origin} ${sessionId ?? ""}`,
});

export const finishOpener = ({ name, origin, sessionId }: FinishPoint): Session["opener"] => ({
  name,
  key: `f ${origin} ${sessionId ?? ""}`,
});

export const messageOpener = ({ name, key }: Pick<MessageFact, "name" | "key">): Session["opener"] => ({
  name,
  key: `m ${key}`,
});
