/** A few connections, each of which runs one thing at a time; more wait for their turn. */
export class Lanes<Connection> {
  readonly #free: Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];

  constructor(connections: readonly Connection[]) {
    this.#free = [...connections];
  }

  async run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection =
      this.#free.pop() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free.push(connection);
      else next(connection);
    }
  }
}
