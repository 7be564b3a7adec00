import { describe, expect, it } from "vitest";
import { type FoldedSession, foldSessions, type Point, sessionAt } from "./fold.ts";

const speakers = { m: "other", o: "operator", y: "system", a: "bot", v: "other" } as const;

/**
 * "d+ 31@0" = dialog start of session 31 at second 0; "s-@60" = session finish; "b+" = a bot's start; "m@5" = a customer's message,
 * "v@5" = one that may be a rating; "o", "y", "a" = an operator's, the system's, a bot's message.
 */
function point(text: string): Point {
  const [what = "", seconds = ""] = text.split("@");
  const [kind = "", sessionId = ""] = what.split(" ");
  const at = Number(seconds) * 1000;
  if (kind === "m" || kind === "o" || kind === "y" || kind === "a" || kind === "v") {
    const opens = kind === "m" || kind === "v";
    const vote = kind === "v" ? "like" : null;
    return { kind: "message", at, messageId: text, by: speakers[kind], opens, vote };
  }
  const origin = kind.startsWith("d") ? "dialog" : kind.startsWith("s") ? "session" : "bot";
  if (kind.endsWith("+")) return { kind: "start", at, sessionId, origin, connector: "", line: "" };
  return { kind: "finish", at, sessionId, origin: origin === "bot" ? "dialog" : origin };
}

function told(session: FoldedSession): string {
  const end = session.closedAt === null ? "" : session.closedAt / 1000;
  const rated = session.rating === null ? "" : ` rated ${session.rating.ratedAt / 1000}`;
  return `${session.openedBy} ${session.sessionId || "?"} ${session.openedAt / 1000}-${end}${rated}`;
}

const fold = (...points: string[]) => foldSessions(points.map(point)).map(told);

describe("starts", () => {
  it("two within 60 s are one session, unless both tell different ids", () => {
    expect(fold("s+@0", "d+ 31@60")).toEqual(["session 31 0-"]);
    expect(fold("s+@0", "d+ 31@61")).toEqual(["session ? 0-61", "dialog 31 61-"]);
    expect(fold("d+ 31@0", "d+ 32@10")).toEqual(["dialog 31 0-10", "dialog 32 10-"]);
    expect(fold("d+ 31@0", "s+@10", "b+ 31@500")).toEqual(["dialog 31 0-"]);
  });

  it("of a closed session change nothing", () => {
    expect(fold("d+ 31@0", "d- 31@10", "b+ 31@20")).toEqual(["dialog 31 0-10"]);
  });

  it("take over a session that a message opened at most 5 s ago, and supersede an older one", () => {
    expect(fold("m@0", "s+@5")).toEqual(["session ? 5-"]);
    expect(fold("m@0", "s+@6")).toEqual(["message ? 0-6", "session ? 6-"]);
  });

  it("at the same moment come before messages, and those before finishes", () => {
    expect(fold("m@0", "d+ 31@0")).toEqual(["dialog 31 0-"]);
    expect(fold("m@0", "s-@0")).toEqual(["message ? 0-0"]);
    expect(fold("d+ 31@0", "d- 31@100", "d+ 32@100")).toEqual(["dialog 31 0-100", "dialog 32 100-"]);
    expect(fold("d+ 31@0", "b+ 31@0")).toEqual(["bot 31 0-"]);
  });
});

describe("messages", () => {
  it("open a session where none is open and the last one closed more than 5 s ago", () => {
    expect(fold("m@0", "m@100")).toEqual(["message ? 0-"]);
    expect(fold("s+@0", "s-@10", "m@15")).toEqual(["session ? 0-10"]);
    expect(fold("s+@0", "s-@10", "m@16")).toEqual(["session ? 0-10", "message ? 16-"]);
  });
});

describe("finishes", () => {
  it("of both origins within 60 s are one", () => {
    expect(fold("d+ 31@0", "d- 31@100", "s-@160")).toEqual(["dialog 31 0-100"]);
    expect(fold("d+ 31@0", "d- 31@100", "s-@161")).toEqual(["dialog 31 0-100", "finish ? 161-161"]);
    expect(fold("s+@0", "s-@100", "d- 31@160")).toEqual(["session 31 0-100"]);
    expect(fold("s+@0", "s-@100", "d- 31@161")).toEqual(["session ? 0-100", "finish 31 161-161"]);
    expect(fold("s-@100", "d- 31@110")).toEqual(["finish 31 100-100"]);
  });

  it("have one twin at most", () => {
    expect(fold("d+ 31@0", "d- 31@100", "s-@110", "d-@120")).toEqual(["dialog 31 0-100", "finish ? 120-120"]);
  });

  it("without an id are no twin of one of their own origin", () => {
    expect(fold("s+@0", "s-@100", "s-@110")).toEqual(["session ? 0-100", "finish ? 110-110"]);
  });

  it("do not close the next session where they are the twin of the last one's", () => {
    expect(fold("d+ 31@0", "d- 31@100", "d+ 32@110", "s-@120")).toEqual([
      "dialog 31 0-100",
      "dialog 32 110-",
    ]);
  });

  it("close a session of their own id even just after another's finish without an id", () => {
    expect(fold("s+@0", "s-@100", "d+ 32@110", "d- 32@120")).toEqual([
      "session ? 0-100",
      "dialog 32 110-120",
    ]);
  });

  it("with an unknown id name an open session without one", () => {
    expect(fold("s+@0", "d- 31@100")).toEqual(["session 31 0-100"]);
    expect(fold("m@0", "d- 31@100")).toEqual(["message 31 0-100"]);
  });

  it("with an unknown id end what another session left open", () => {
    expect(fold("d+ 31@0", "d- 32@100")).toEqual(["dialog 31 0-100", "finish 32 100-100"]);
  });

  it("of a superseded session leave it closed when the next one opened", () => {
    expect(fold("d+ 31@0", "d+ 32@100", "d- 31@150")).toEqual(["dialog 31 0-100", "dialog 32 100-"]);
  });

  it("told twice in one second are one", () => {
    expect(fold("s+@0", "s-@100", "s-@100")).toEqual(["session ? 0-100"]);
  });
});

describe("ratings", () => {
  it("of an open session follow a message of the system that follows the operator's last", () => {
    expect(fold("d+ 31@0", "o@1", "y@2", "v@3")).toEqual(["dialog 31 0- rated 3"]);
    expect(fold("d+ 31@0", "y@2", "v@3")).toEqual(["dialog 31 0-"]);
    expect(fold("d+ 31@0", "y@1", "o@2", "v@3")).toEqual(["dialog 31 0-"]);
    expect(fold("d+ 31@0", "o@1", "y@2", "a@3", "m@4", "v@5")).toEqual(["dialog 31 0- rated 5"]);
  });

  it("of an open session need an operator's message in this session", () => {
    expect(fold("o@0", "d+ 31@1", "y@2", "v@3")).toEqual(["dialog 31 1-"]);
    expect(fold("o@1", "d+ 31@1", "y@2", "v@3")).toEqual(["dialog 31 1- rated 3"]);
  });

  it("of a closed session come within a day of its end and open none", () => {
    expect(fold("d+ 31@0", "d- 31@10", "v@86410")).toEqual(["dialog 31 0-10 rated 86410"]);
    expect(fold("d+ 31@0", "d- 31@10", "v@86411")).toEqual(["dialog 31 0-10", "message ? 86411-"]);
    expect(fold("v@0")).toEqual(["message ? 0-"]);
  });

  it("are one to a session: the next of them is an ordinary message", () => {
    expect(fold("d+ 31@0", "d- 31@10", "v@20", "v@30")).toEqual(["dialog 31 0-10 rated 20", "message ? 30-"]);
    expect(fold("d+ 31@0", "o@1", "y@2", "v@3", "v@4")).toEqual(["dialog 31 0- rated 3"]);
  });

  it("are none where an operator answers within a day, whatever the system and bots say between", () => {
    expect(fold("d+ 31@0", "d- 31@10", "v@20", "y@21", "a@22", "o@23")).toEqual([
      "dialog 31 0-10",
      "message ? 20-",
    ]);
    expect(fold("d+ 31@0", "d- 31@10", "v@20", "o@86420")).toEqual(["dialog 31 0-10", "message ? 20-"]);
    expect(fold("d+ 31@0", "d- 31@10", "v@20", "o@86421")).toEqual(["dialog 31 0-10 rated 20"]);
    expect(fold("d+ 31@0", "d- 31@10", "v@20", "m@21", "o@23")).toEqual([
      "dialog 31 0-10 rated 20",
      "message ? 21-",
    ]);
    expect(fold("d+ 31@0", "o@1", "y@2", "v@3", "v@4", "o@5")).toEqual(["dialog 31 0-"]);
  });
});

describe("the session of a message", () => {
  const sessions = foldSessions(["d+ 31@0", "d- 31@100", "d+ 32@103", "d- 32@200"].map(point));
  const at = (seconds: number) => sessionAt(sessions, seconds * 1000)?.sessionId ?? null;

  it("covers its time; else covers it with 5 s of slack, the one opened last first", () => {
    expect([at(-6), at(-5), at(0), at(100)]).toEqual([null, "31", "31", "31"]);
    expect([at(101), at(103), at(205), at(206)]).toEqual(["32", "32", "32", null]);
  });
});
