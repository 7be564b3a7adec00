import { lstat, rm } from "node:fs/promises";
import type { Server } from "node:http";
import type { ListenOptions } from "node:net";
import { ClickHouseFailure } from "../../errors.ts";

/** A socket is a file that only its owner may use; a stale one, of a process that was killed, is replaced. */
export type Listen = { kind: "tcp"; host: string; port: number } | { kind: "socket"; path: string };

/** Resolves with the address that clients use. */
export async function listenOn(server: Server, listen: Listen): Promise<string> {
  if (listen.kind === "socket") {
    // Past that the system cuts the name off, or refuses it without a reason.
    if (Buffer.byteLength(listen.path) > 107)
      throw new ClickHouseFailure("36", `a socket's path has at most 107 bytes (${listen.path})`);
    await removeStale(listen.path);
    await listenPrivately(server, listen.path);
    return `unix:${listen.path}`;
  }
  await listening(server, { host: listen.host, port: listen.port });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : listen.port;
  const host = listen.host.includes(":") ? `[${listen.host}]` : listen.host;
  return `http://${host}:${port}`;
}

/** The file is made within the call to listen: a mode that is set afterwards would leave a moment in which others can connect. */
function listenPrivately(server: Server, path: string): Promise<void> {
  const mask = process.umask(0o177);
  try {
    return listening(server, { path });
  } finally {
    process.umask(mask);
  }
}

function listening(server: Server, options: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found?.isSocket()) await rm(path, { force: true });
}
