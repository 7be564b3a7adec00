import { createServer } from "node:net";

// Below those that the system gives to whoever connects: a client that tries again and again to reach a server that is away would one
// day be given the server's own port for its end of the connection, find itself there, and keep the server from coming back.
const firstPort = 12_000;
const portCount = 20_000;
/** Processes that run side by side look in different places, and one never gives a port twice. */
let nextPort = process.pid * 64;

export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = firstPort + (nextPort++ % portCount);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
