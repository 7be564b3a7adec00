import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { boundedAtOnce } from "../../limits.ts";
import type { Engine } from "../engine.ts";
import { type Access, checkAccess } from "./access.ts";
import { type Listen, listenOn } from "./listen.ts";
import { readRequest } from "./read-request.ts";
import { errorAnswer } from "./refusal.ts";
import { type Front, runAsked } from "./run-asked.ts";

export type { Access } from "./access.ts";
export type { Listen } from "./listen.ts";
export type Served = { url: string; close(): Promise<void> };

const compress = promisify(gzip);
const mebibyte = 1_048_576;
/** How long a front that closes waits for what it has begun. */
const patience = 10_000;
let fronts = 0;

/** As much of ClickHouse's HTTP interface as its official client uses, over connections of its own to the engine. */
export async function serveEngine(engine: Engine, listen: Listen, access: Access): Promise<Served> {
  fronts += 1;
  const counts = { writers: 2, readers: 4, bounded: boundedAtOnce };
  const lanes = await engine.lanes(`front${fronts}-`, counts);
  const front = { lanes, kill: engine.kill };
  const server = createServer(
    // Parameters come in URLs; a body may be long in coming and an answer in the making.
    { maxHeaderSize: mebibyte, requestTimeout: 0, keepAliveTimeout: 10_000 },
    (request, response) => {
      response.on("finish", () => server.listening || request.socket.end());
      void answer(request, response, front, access);
    },
  );
  const url = await listenOn(server, listen);
  const close = async () => {
    await new Promise<void>((done) => {
      server.close(() => done());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), patience).unref();
    });
    await lanes.close();
  };
  return { url, close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  front: Front,
  access: Access,
): Promise<void> {
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  // Tells a client that waits that the engine is at work: one that hears nothing takes it for hung.
  const working = setInterval(() => response.headersSent || response.writeProcessing(), 5_000);
  try {
    const url = new URL(request.url ?? "/", "http://engine");
    if (request.method === "GET" && !url.searchParams.has("query")) {
      response.end("Ok.\n");
      return;
    }
    checkAccess(access, request.headers, url);
    const asked = await readRequest(request, url);
    // Whoever gave up meanwhile may have asked again.
    if (request.socket.destroyed) return;
    const { bytes, summary } = await runAsked(front, asked, gone.signal);
    response.setHeader("X-ClickHouse-Query-Id", asked.queryId);
    response.setHeader("X-ClickHouse-Format", asked.format);
    response.setHeader("X-ClickHouse-Summary", summary);
    if (bytes.length > 1024 && wantsGzip(request, url)) {
      const packed = await compress(bytes, { level: constants.Z_BEST_SPEED });
      response.setHeader("Content-Encoding", "gzip").end(packed);
    } else response.end(bytes);
  } catch (error) {
    const { status, code, text } = errorAnswer(error);
    // What is left of a body that was not read is read and dropped, so that the connection can be used again.
    request.resume();
    response.writeHead(status, { "X-ClickHouse-Exception-Code": String(code) }).end(`${text}\n`);
  } finally {
    clearInterval(working);
  }
}

const wantsGzip = (request: IncomingMessage, url: URL) =>
  url.searchParams.get("enable_http_compression") === "1" &&
  /\bgzip\b/.test(String(request.headers["accept-encoding"]));
