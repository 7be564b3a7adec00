import { connect, type Socket } from "node:net";

export type Load = { requests: number; seconds: number; perSecond: number; p99: number; failed: number };

/**
 * Closed-loop HTTP/1.1 load over plain sockets: every connection sends its next request when the answer to the last has come.
 * Requests are bytes made beforehand, because on two cores a general client costs more than the servers that are measured.
 */
export async function load(
  url: string,
  requests: readonly Buffer[],
  connections: number,
  seconds: number,
): Promise<Load> {
  const { hostname, port } = new URL(url);
  const latencies: number[] = [];
  let failed = 0;
  let next = 0;
  const started = performance.now();
  const deadline = started + seconds * 1000;
  const run = (socket: Socket) =>
    new Promise<void>((resolve, reject) => {
      let sentAt = 0;
      let received = "";
      const send = () => {
        sentAt = performance.now();
        socket.write(requests[next++ % requests.length] ?? Buffer.alloc(0));
      };
      socket.on("data", (chunk: Buffer) => {
        received += chunk.toString("latin1");
        if (!isWhole(received)) return;
        if (!received.startsWith("HTTP/1.1 200")) failed += 1;
        received = "";
        const now = performance.now();
        latencies.push(now - sentAt);
        if (now < deadline) return send();
        socket.destroy();
        resolve();
      });
      socket.on("error", reject);
      socket.on("connect", send);
    });
  await Promise.all(
    Array.from({ length: connections }, () =>
      run(connect({ host: hostname, port: Number(port), noDelay: true })),
    ),
  );
  const elapsed = (performance.now() - started) / 1000;
  latencies.sort((a, b) => a - b);
  const p99 = latencies[Math.floor(latencies.length * 0.99)] ?? 0;
  return { requests: latencies.length, seconds: elapsed, perSecond: latencies.length / elapsed, p99, failed };
}

/** Whether this is an answer to its end. */
export function isWhole(received: string): boolean {
  const head = received.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /content-length: (\d+)/i.exec(received)?.[1];
  return length !== undefined && received.length >= head + 4 + Number(length);
}

/** The bytes of one webhook. */
export function webhook(body: string): Buffer {
  const head = [
    "POST /webhooks/bitrix24 HTTP/1.1",
    "host: bench",
    "user-agent: Bitrix24 Webhook Engine",
    "content-type: application/x-www-form-urlencoded",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join("\r\n")}\r\n\r\n${body}`);
}
