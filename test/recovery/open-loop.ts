import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isWhole, webhook } from "../bench/src/load.ts";
import { messageBody } from "./load.ts";

/** `scheduledAt`: when it was due, by performance.now(); `answeredAt`: the last byte of the answer. Status 0: there was none. */
export type Answer = { id: number; scheduledAt: number; answeredAt: number; status: number };

/** One portal's webhooks over one connection, each after the answer to the one before, as late as that may be. */
class Portal {
  readonly #name: string;
  readonly #url: URL;
  readonly #onAnswer: (answer: Answer) => void;
  readonly #due: { id: number; scheduledAt: number }[] = [];
  #socket: Socket | null = null;
  #received = "";

  constructor(name: string, url: string, onAnswer: (answer: Answer) => void) {
    this.#name = name;
    this.#url = new URL(url);
    this.#onAnswer = onAnswer;
  }

  get idle(): boolean {
    return this.#due.length === 0;
  }

  push(id: number, scheduledAt: number): void {
    this.#due.push({ id, scheduledAt });
    if (this.#due.length === 1) this.#send();
  }

  close(): void {
    this.#socket?.destroy();
  }

  #send(): void {
    const [first] = this.#due;
    if (first === undefined) return;
    this.#socket ??= this.#connect();
    this.#socket.write(webhook(messageBody(this.#name, first.id)));
  }

  #connect(): Socket {
    const socket = connect({ host: this.#url.hostname, port: Number(this.#url.port), noDelay: true });
    socket.on("data", (chunk: Buffer) => {
      this.#received += chunk.toString("latin1");
      if (isWhole(this.#received)) this.#answered(Number(this.#received.slice(9, 12)));
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#socket = null;
      if (this.#due.length > 0) this.#answered(0);
    });
    return socket;
  }

  #answered(status: number): void {
    this.#received = "";
    const first = this.#due.shift();
    if (first !== undefined) this.#onAnswer({ ...first, answeredAt: performance.now(), status });
    this.#send();
  }
}

const tickMs = 5;

/** Webhooks at a fixed rate, whether or not they are answered: waiting counts from the moment at which each was due. */
export function openLoop(url: string, portals: readonly string[], rate: number) {
  const answers: Answer[] = [];
  const senders = portals.map((name) => new Portal(name, url, (answer) => answers.push(answer)));
  let sent = 0;
  let going = true;
  const run = async () => {
    for (const started = performance.now(); going; await sleep(tickMs)) {
      const due = ((performance.now() - started) / 1000) * rate;
      while (sent + 1 <= due) {
        sent += 1;
        senders[sent % senders.length]?.push(sent, started + (sent / rate) * 1000);
      }
    }
  };
  const running = run();
  return {
    /** Resolves when all are answered. */
    stop: async (): Promise<{ sent: number; answers: readonly Answer[] }> => {
      going = false;
      await running;
      while (!senders.every(({ idle }) => idle)) await sleep(10);
      for (const sender of senders) sender.close();
      return { sent, answers };
    },
  };
}
