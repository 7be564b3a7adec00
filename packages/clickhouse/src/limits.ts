import { type Pace, turns } from "./turns.ts";

/**
 * What a statement may use. `none`: the product's own statements. `bounded`: those that a caller of the API causes; in chdb they have
 * connections of their own, so that the product's statements never wait behind them, and a lower priority.
 */
export type Limits =
  | { kind: "none" }
  | {
      /** Only reads. */
      kind: "bounded";
      /** Once it is aborted the engine stops working on the statement, which then rejects with code 394. */
      signal: AbortSignal;
      /** Past that it rejects with code 159. */
      seconds: number;
      /** Past that it rejects with code 241. */
      memoryBytes: number;
      /** In which slices the rows of its answer are parsed. Where it rejects once the signal is aborted, the statement does as above. */
      pace: Pace;
    };
export type Bounded = Extract<Limits, { kind: "bounded" }>;

export const unlimited: Limits = { kind: "none" };

const never = new AbortController().signal;
/** Of the product's own statements. */
export const ownPace = (): Pace => turns.of("", never);

/** How many bounded statements run side by side. More wait in order of their calls: a caller that wants another order holds them back. */
export const boundedAtOnce = 6;
