import { realpathSync } from "node:fs";
import { BroadcastChannel } from "node:worker_threads";

const spacingMs = 20;

/** Carries "there is more" from the writer to the readers in other threads of its process, at once if not too often. */
export class Notices {
  readonly #channel: BroadcastChannel;
  #spacing: NodeJS.Timeout | null = null;
  #again = false;

  constructor(path: string) {
    this.#channel = new BroadcastChannel(`portalstream event log ${realpathSync(path)}`);
    this.#channel.unref();
  }

  send(): void {
    this.#again = this.#spacing !== null;
    if (this.#spacing !== null) return;
    this.#channel.postMessage(null);
    this.#spacing = setTimeout(() => {
      this.#spacing = null;
      if (this.#again) this.send();
    }, spacingMs).unref();
  }

  hear(listener: () => void): void {
    this.#channel.onmessage = listener;
  }

  close(): void {
    if (this.#spacing !== null) clearTimeout(this.#spacing);
    this.#channel.close();
  }
}
