import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { isWhole, webhook } from "./load.ts";
import { percentile } from "./report.ts";

export type Paced = { requests: number; p50: number; p99: number; max: number; failed: number };

const connections = 64;
const tickMs = 2;

/** Webhooks at a fixed rate, whether or not they are answered: waiting counts from the moment at which each was due. */
export async function pace(url: string, next: () => string, rate: number, seconds: number): Promise<Paced> {
  const { hostname, port } = new URL(url);
  const waits: number[] = [];
  const due: { at: number; body: string }[] = [];
  const idle: Sender[] = [];
  let failed = 0;
  let open = 0;
  const onAnswer = (sender: Sender, at: number, ok: boolean) => {
    waits.push(performance.now() - at);
    if (!ok) failed += 1;
    open -= 1;
    const waiting = due.shift();
    if (waiting === undefined) idle.push(sender);
    else sender.send(waiting.at, waiting.body);
  };
  const senders = await Promise.all(
    Array.from({ length: connections }, () => Sender.open(hostname, Number(port), onAnswer)),
  );
  idle.push(...senders);
  const started = performance.now();
  for (let sent = 0; sent < rate * seconds; await sleep(tickMs)) {
    for (
      const until = ((performance.now() - started) / 1000) * rate;
      sent < Math.min(until, rate * seconds);
      sent += 1
    ) {
      const [at, body] = [started + (sent / rate) * 1000, next()];
      open += 1;
      const sender = idle.pop();
      if (sender === undefined) due.push({ at, body });
      else sender.send(at, body);
    }
  }
  while (open > 0) await sleep(tickMs);
  for (const sender of senders) sender.close();
  waits.sort((a, b) => a - b);
  return {
    requests: waits.length,
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
    max: waits.at(-1) ?? 0,
    failed,
  };
}

type OnAnswer = (sender: Sender, at: number, ok: boolean) => void;

/** One connection with one request under way at most. */
class Sender {
  readonly #socket: Socket;
  #at = 0;
  #received = "";

  private constructor(socket: Socket, onAnswer: OnAnswer) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.#received += chunk.toString("latin1");
      if (!isWhole(this.#received)) return;
      const ok = this.#received.startsWith("HTTP/1.1 200");
      this.#received = "";
      onAnswer(this, this.#at, ok);
    });
  }

  static open(host: string, port: number, onAnswer: OnAnswer): Promise<Sender> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true });
      const sender = new Sender(socket, onAnswer);
      socket.on("error", reject);
      socket.on("connect", () => resolve(sender));
    });
  }

  send(at: number, body: string): void {
    this.#at = at;
    this.#socket.write(webhook(body));
  }

  close(): void {
    this.#socket.destroy();
  }
}
