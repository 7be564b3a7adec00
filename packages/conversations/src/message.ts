import type { AuthorKind, Direction, MessageFact, VoteInText } from "./fact.ts";

/** What its chat says of a message. `session`: its place among the chat's sessions. */
export type Placement = {
  session: number | null;
  /** "" without a session, or where that has no known id. */
  sessionId: string;
  isRating: boolean;
  counted: boolean;
};
export const unplaced: Placement = { session: null, sessionId: "", isRating: false, counted: false };

/** A message as all of its facts together tell it; its placement changes, and whether its row tells all that. */
export type Message = {
  kind: "message";
  id: string;
  /** When it was sent. */
  at: number;
  /** The fact whose time that is: its time, key and name are where the message's row lies. */
  slot: MessageFact;
  facts: readonly MessageFact[];
  direction: Direction;
  author: { kind: AuthorKind; id: string };
  connector: string;
  line: string;
  fromConnector: boolean;
  edited: boolean;
  deleted: boolean;
  vote: VoteInText;
  placement: Placement;
  isWritten: boolean;
};

/** Facts in the order in which they were received give the same message as in any other. `facts` has one at least. */
export function messageOf(
  id: string,
  facts: readonly [MessageFact, ...MessageFact[]],
  bots: ReadonlySet<string>,
): Message {
  const [first] = facts;
  if (facts.length === 1) return alone(id, first, bots);
  const adds = facts.filter(({ action }) => action === "add");
  const original = adds.length > 0 ? adds : facts;
  const slot = original.reduce((best, fact) => (isEarlier(fact, best) ? fact : best));
  const direction = (greatestOf(original, compareKnowledge) ?? first).direction;
  const knowing = greatestOf(facts, compareKnowledge) ?? first;
  const identified = facts.filter(
    ({ authorId, authorKind }) => authorId !== "" && mayBeOne(authorKind, knowing.authorKind),
  );
  const authorId = greatestOf(identified, compareKnowledge)?.authorId ?? "";
  const withText = facts.filter(({ action, vote }) => action !== "delete" && vote !== "unknown");
  return {
    kind: "message",
    id,
    at: slot.at,
    slot,
    facts,
    direction,
    author: { kind: authorKind(knowing.authorKind, authorId, direction, bots), id: authorId },
    connector: standingOf(facts, "connector"),
    line: standingOf(facts, "line"),
    fromConnector: facts.some(({ origin }) => origin === "connector"),
    edited: facts.some(({ action }) => action === "edit"),
    deleted: facts.some(({ action }) => action === "delete"),
    vote: greatestOf(withText, compareVersion)?.vote ?? "unknown",
    placement: unplaced,
    isWritten: false,
  };
}

/** The same, of most messages. */
function alone(id: string, fact: MessageFact, bots: ReadonlySet<string>): Message {
  const { at, direction, authorKind: kind, authorId, connector, line, origin, action } = fact;
  return {
    kind: "message",
    id,
    at,
    slot: fact,
    facts: [fact],
    direction,
    author: { kind: authorKind(kind, authorId, direction, bots), id: authorId },
    connector,
    line,
    fromConnector: origin === "connector",
    edited: action === "edit",
    deleted: action === "delete",
    vote: action === "delete" ? "unknown" : fact.vote,
    placement: unplaced,
    isWritten: false,
  };
}

/** An edit by somebody else does not tell who wrote the message. */
const mayBeOne = (kind: MessageFact["authorKind"], other: MessageFact["authorKind"]) =>
  kind === other || kind === "unknown" || other === "unknown";

function authorKind(
  stated: MessageFact["authorKind"],
  id: string,
  direction: Direction,
  bots: ReadonlySet<string>,
): AuthorKind {
  if (stated !== "customer" && stated !== "system" && bots.has(id)) return "bot";
  if (stated !== "unknown") return stated;
  return direction === "outbound" ? "operator" : "customer";
}

function standingOf(facts: readonly MessageFact[], field: "connector" | "line"): string {
  const telling = facts.filter((fact) => fact[field] !== "");
  return greatestOf(telling, compareStanding)?.[field] ?? "";
}

function isEarlier(a: MessageFact, b: MessageFact): boolean {
  return (a.at - b.at || compareText(a.name, b.name) || compareText(a.key, b.key)) < 0;
}

export function greatestOf<T>(values: readonly T[], compare: (a: T, b: T) => number): T | null {
  let best: T | null = null;
  for (const value of values) if (best === null || compare(value, best) > 0) best = value;
  return best;
}

type Compared = Pick<MessageFact, "at" | "eventId" | "origin" | "action" | "authorKind">;

/** What a connector reports before what a bot reports, then the latest. */
export const compareStanding = (a: Compared, b: Compared): number =>
  rankOfOrigin(a) - rankOfOrigin(b) || a.at - b.at || compareText(a.eventId, b.eventId);

/** An event that knows the author before one that does not. */
export const compareKnowledge = (a: Compared, b: Compared): number =>
  knowledge(a) - knowledge(b) || compareStanding(a, b);

/** The latest version; at the same time an edit before an add. */
export const compareVersion = (a: Compared, b: Compared): number =>
  a.at - b.at || rankOfAction(a) - rankOfAction(b) || compareText(a.eventId, b.eventId);

const rankOfOrigin = ({ origin }: Compared) => (origin === "connector" ? 1 : 0);
const rankOfAction = ({ action }: Compared) => (action === "edit" ? 1 : 0);
const knowledge = ({ authorKind: kind, action }: Compared) =>
  kind === "unknown" ? 0 : action === "add" ? 2 : 1;

export const compareText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);
