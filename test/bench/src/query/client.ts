import { Agent, request } from "node:http";

export type Timed = { status: number; ms: number; bytes: number };

/** Asks over kept connections and reads answers without looking into them, so that the client costs little. */
export class QueryClient {
  readonly #url: string;
  readonly #key: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 32 });

  constructor(url: string, key: string) {
    this.#url = url;
    this.#key = key;
  }

  time(path: string): Promise<Timed> {
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${this.#key}` };
      const asked = request(`${this.#url}${path}`, { agent: this.#agent, headers }, (response) => {
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, ms: performance.now() - started, bytes }),
        );
        response.on("error", reject);
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  /** The items of a page; none where the API does not know what is asked. */
  async items(path: string): Promise<Record<string, unknown>[]> {
    const response = await fetch(`${this.#url}${path}`, {
      headers: { authorization: `Bearer ${this.#key}` },
    });
    const page = Object(await response.json());
    return Array.isArray(page.items) ? page.items : [];
  }

  close(): void {
    this.#agent.destroy();
  }
}
