import { openChdb } from "./open-chdb.ts";
import type { Access, Listen, Served } from "./serve/serve.ts";

export type ServeChdb = { path: string; listen: Listen; access: Access };

/** The tables of a folder, served by a process that does nothing else with them. */
export async function serveChdb({ path, listen, access }: ServeChdb): Promise<Served> {
  const db = await openChdb(path);
  const { url } = await db.serve(listen, access);
  return { url, close: () => db.close() };
}
