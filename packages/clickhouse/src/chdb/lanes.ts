/** A few connections, each of which runs one thing at a time; more wait for their turn. */
export class Lanes<Connection> {
  readonly #free: Connection[];
  readonly #waiting: ((connection: Connection) => void)[] = [];
  readonly #failed = new Set<Connection>();
  readonly #mend: (connection: Connection) => Promise<unknown>;

  /** `mend` makes a connection fit for use on which something failed. */
  constructor(connections: readonly Connection[], mend: (connection: Connection) => Promise<unknown>) {
    this.#free = [...connections];
    this.#mend = mend;
  }

  async run<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection =
      this.#free.pop() ?? (await new Promise<Connection>((resolve) => this.#waiting.push(resolve)));
    try {
      if (this.#failed.has(connection)) await this.#mend(connection);
      this.#failed.delete(connection);
      return await work(connection);
    } catch (error) {
      this.#failed.add(connection);
      throw error;
    } finally {
      await this.#release(connection);
    }
  }

  /** Made fit for use at once: what a failed statement holds, memory too, is let go. */
  async #release(connection: Connection): Promise<void> {
    if (this.#failed.has(connection))
      await this.#mend(connection).then(
        () => this.#failed.delete(connection),
        () => {},
      );
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(connection);
    else next(connection);
  }
}
