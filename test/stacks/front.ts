import { createServer, request } from "node:http";

export type Front = { url: string; close(): Promise<void> };

/** One address for the processes of a cluster, as a reverse proxy gives it: what writes goes to ingest, the rest to query. */
export async function startFront(ingest: () => string, query: () => string): Promise<Front> {
  const server = createServer((incoming, outgoing) => {
    const { method = "GET", url = "/", headers } = incoming;
    const target = new URL(writes(method, url) ? ingest() : query());
    const onward = request(
      { host: target.hostname, port: target.port, method, path: url, headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.on("error", () => onward.destroy());
    incoming.pipe(onward);
  });
  // It never closes what a client may be about to use again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function writes(method: string, url: string): boolean {
  const path = url.split("?")[0] ?? "";
  if (path.startsWith("/webhooks/") || ["/metrics", "/readyz", "/healthz"].includes(path)) return true;
  const changes = !["GET", "HEAD"].includes(method);
  return changes && (/^\/v1\/portals\/[^/]+$/.test(path) || path.startsWith("/v1/api-keys"));
}
