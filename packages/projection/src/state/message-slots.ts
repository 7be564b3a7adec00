import type { Message, MessageFact } from "@portalstream/conversations";

/** Where rows of a message may lie: where its row is, and the other places where a fold of fewer facts may have put it. */
export function slotsOf({ slot, facts }: Message): { slot: MessageFact; others: readonly MessageFact[] } {
  if (facts.length === 1) return { slot, others: [] };
  const keyOf = ({ at, key, name }: MessageFact) => `${at} ${key} ${name}`;
  const others = new Map(facts.map((fact) => [keyOf(fact), fact]));
  others.delete(keyOf(slot));
  return { slot, others: [...others.values()] };
}
