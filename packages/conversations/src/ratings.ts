import type { Vote } from "./fact.ts";
import type { Message } from "./message.ts";
import type { Point } from "./points.ts";
import { ratingMs } from "./session.ts";

/** The rating that a customer's message may be. The site's own live chat asks for ratings in another way. */
export function givenVote({ vote, direction, author, connector }: Message): Vote | null {
  if (direction !== "inbound" || author.kind !== "customer") return null;
  if (connector === "" || connector === "livechat") return null;
  return vote === "like" || vote === "dislike" ? vote : null;
}

/** The next point that says whether the candidates before it are ratings; infinite: none does yet. */
export function decidedAfter(
  points: readonly Point[],
  at: number,
  counts: (message: Message) => boolean,
): number {
  for (let next = at + 1; next < points.length; next++) {
    const point = points[next];
    if (point?.kind !== "message" || !counts(point) || givenVote(point) !== null) continue;
    if (point.author.kind === "customer" || point.author.kind === "operator") return next;
  }
  return Number.POSITIVE_INFINITY;
}

/** Whether it is an operator's answer to a candidate of that time: then that was an ordinary message. */
export const isAnswer = (point: Point | undefined, candidateAt: number): boolean =>
  point?.kind === "message" &&
  point.author.kind === "operator" &&
  point.direction === "outbound" &&
  point.at - candidateAt <= ratingMs;

/** A message that may be a rating. `decidedAt`: the place of the point that decided it; infinite while none has. */
type Candidate = { at: number; decidedAt: number };

/** Whether a message is a rating depends on what follows: points that are added later decide it again. */
export class Candidates {
  readonly #candidates: Candidate[] = [];

  add(candidate: Candidate): void {
    this.#candidates.push(candidate);
  }

  /** Forgets what points from this place on decide; answers from where the points are to be folded again. */
  reopen(place: number): number {
    let from = place;
    for (
      let last = this.#candidates.at(-1);
      last !== undefined && (last.at >= from || last.decidedAt >= from);
      last = this.#candidates.at(-1)
    ) {
      this.#candidates.pop();
      from = Math.min(from, last.at);
    }
    return from;
  }
}
