import { parseArgs } from "node:util";
import { serveChdb } from "../src/index.ts";

const usage = `Serves the ClickHouse engine over HTTP from a folder, for machines without a server.
  node packages/clickhouse/scripts/serve.ts --path FOLDER [--host 127.0.0.1] [--port 0] [--socket FILE] [--user NAME --password TEXT]
Prints {"url":…} once it serves. UV_THREADPOOL_SIZE=32 in the environment lets more statements run side by side.
`;
const { values } = parseArgs({
  options: {
    path: { type: "string" },
    host: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "0" },
    socket: { type: "string" },
    user: { type: "string", default: "default" },
    password: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const { path, host, port, socket, user, password, help } = values;
if (help || path === undefined) {
  process.stdout.write(usage);
  process.exit(help ? 0 : 2);
}
const { url, close } = await serveChdb({
  path,
  listen: socket === undefined ? { kind: "tcp", host, port: Number(port) } : { kind: "socket", path: socket },
  access: password === undefined ? { kind: "open" } : { kind: "password", user, password },
});
process.stdout.write(`${JSON.stringify({ url })}\n`);
for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.once(signal, () => {
    // A second one ends the process as it stands.
    process.once(signal, () => process.exit(1));
    void close().then(() => process.exit(0));
  });
