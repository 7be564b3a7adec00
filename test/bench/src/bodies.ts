import { createApi, enrol, makeBodies } from "../../simulator/src/index.ts";

const seed = "bench";

/** Realistic bodies of about 1.1 KB of twenty portals, every one a different fact. */
export const benchBodies = (count: number): string[] => makeBodies(count, seed).bodies;

export const benchPortal = makeBodies(1, seed).portals[0]?.memberId ?? "";

/** Enrols the portals that the bodies are of. */
export const enrolBench = (url: string, adminKey: string): Promise<void> =>
  enrol(createApi(url, adminKey), makeBodies(1, seed).portals);

export const portalOf = (body: string): string => /auth%5Bmember_id%5D=([0-9a-f]+)/.exec(body)?.[1] ?? "";
