import type { PortalTruth, TruthChat, TruthMessage } from "./truth.ts";

export type MessageFigures = {
  inbound: number;
  outbound: number;
  system: number;
  edited: number;
  deleted: number;
};

/** Deleted and edited messages still count as what they were. */
export function countMessages(messages: readonly TruthMessage[]): MessageFigures {
  const counted = messages.filter((message) => message.counted);
  const count = (which: (message: TruthMessage) => boolean) => counted.filter(which).length;
  return {
    inbound: count(({ direction, author }) => direction === "inbound" && author.kind !== "system"),
    outbound: count(({ direction, author }) => direction === "outbound" && author.kind !== "system"),
    system: count(({ author }) => author.kind === "system"),
    edited: count(({ editedAt }) => editedAt !== null),
    deleted: count(({ deletedAt }) => deletedAt !== null),
  };
}

export const messageTotals = (chats: readonly TruthChat[]): MessageFigures & { chats: number } => ({
  ...countMessages(chats.flatMap(({ messages }) => messages)),
  chats: chats.filter(({ messages }) => messages.some(({ counted }) => counted)).length,
});

/** How many messages each operator sent. */
export function operatorTotals(chats: readonly TruthChat[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const { messages } of chats)
    for (const { counted, direction, author } of messages)
      if (counted && direction === "outbound" && author.kind === "operator")
        totals.set(author.id ?? "", (totals.get(author.id ?? "") ?? 0) + 1);
  return totals;
}

export function responseTimes({ chats }: PortalTruth) {
  const seconds = chats
    .flatMap(({ sessions }) => sessions)
    .flatMap(({ firstInboundAt, firstResponseAt }) =>
      firstInboundAt === null || firstResponseAt === null ? [] : [firstResponseAt - firstInboundAt],
    )
    .sort((left, right) => left - right);
  const sum = seconds.reduce((total, each) => total + each, 0);
  return {
    count: seconds.length,
    p50: percentile(seconds, 0.5),
    p90: percentile(seconds, 0.9),
    p95: percentile(seconds, 0.95),
    mean: seconds.length === 0 ? null : sum / seconds.length,
  };
}

export function sessionTotals({ chats }: PortalTruth) {
  const sessions = chats.flatMap((chat) => chat.sessions);
  return {
    opened: sessions.length,
    closed: sessions.filter(({ closedAt }) => closedAt !== null).length,
    unanswered: sessions.filter((each) => each.firstInboundAt !== null && each.firstResponseAt === null)
      .length,
  };
}

/** Linear interpolation between the two nearest ranks, ends included. */
export function percentile(sorted: readonly number[], share: number): number | null {
  const rank = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (rank - Math.floor(rank));
}
