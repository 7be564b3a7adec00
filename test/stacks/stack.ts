import type { ClickHouseConfig } from "@portalstream/clickhouse";
import type { CommandResult } from "./child-process.ts";

/** A running installation under test, whatever it runs on. */
export type Stack = {
  readonly url: string;
  readonly adminKey: string;
  /** Where it keeps its data on this machine. */
  readonly dataDir: string;
  /** All that its processes have printed. */
  output(): string;
  /** Runs `portalstream ARGS` on it. */
  command(...args: string[]): Promise<CommandResult>;
  /** Where its tables can be reached while it runs, for tests that plant faults. */
  readonly tablesAt: ClickHouseConfig;
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>;
  /** Starts again on the same data after a kill or a stop. */
  restart(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** Stops and removes the data. */
  dispose(): Promise<void>;
};

/** All that a client of it needs. */
export type Address = Pick<Stack, "url" | "adminKey">;

/** Enrols a portal; throws on any other answer than 200. */
export async function enrol(
  stack: Address,
  memberId: string,
  applicationToken: string,
  domain = "example.bitrix24.com",
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const response = await fetch(`${stack.url}/v1/portals/${memberId}`, {
    method: "PUT",
    headers: { authorization: `Bearer ${stack.adminKey}`, "content-type": "application/json" },
    body: JSON.stringify({ domain, applicationToken, ...more }),
  });
  if (response.status !== 200)
    throw new Error(`enrolment answered ${response.status}: ${await response.text()}`);
}

export function post(
  stack: Address,
  body: string | Uint8Array<ArrayBuffer>,
  path = "/webhooks/bitrix24",
): Promise<Response> {
  return fetch(`${stack.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body,
  });
}

/** GET with the admin key (or another); the body as parsed JSON. */
export async function ask(
  stack: Address,
  path: string,
  key = stack.adminKey,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${stack.url}${path}`, { headers: { authorization: `Bearer ${key}` } });
  return { status: response.status, body: await response.json() };
}

/** Asks until `enough` says so; answers the last answer after a minute. */
export async function askUntil(
  stack: Address,
  path: string,
  enough: (body: unknown) => boolean,
): Promise<unknown> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const { status, body } = await ask(stack, path);
    if ((status === 200 && enough(body)) || performance.now() > deadline) return body;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
