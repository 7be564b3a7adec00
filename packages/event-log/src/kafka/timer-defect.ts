import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const checkMs = 10;

let mended = false;

/**
 * kafkajs 2.2.4 sets a timer after every request, with a negative delay when nothing waits, which Node turns into 1 ms and warns
 * of: a timer that sets itself anew 1,000 times a second on every connection. Here it is set only while requests wait.
 */
export function withoutTimerDefect(): void {
  if (mended) return;
  mended = true;
  const RequestQueue: { prototype: RequestQueueState } = require("kafkajs/src/network/requestQueue");
  RequestQueue.prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueueState) {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    this.throttleCheckTimeoutId = setTimeout(
      () => {
        this.throttleCheckTimeoutId = null;
        this.checkPendingRequests();
      },
      Math.max(checkMs, this.throttledUntil - Date.now()),
    );
  };
}

type RequestQueueState = {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  pending: readonly unknown[];
  throttledUntil: number;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
};
