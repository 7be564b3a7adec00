import type { Stop } from "@portalstream/runtime";

/** A process's parts at work. `url`: where it listens. */
export type Running = { url: string; stop: Stop };
