import type { Admin, Kafka } from "kafkajs";
import { EventLogError } from "../port.ts";
import { asLogError, whenReady } from "./kafka-error.ts";

type Connection = { admin: Promise<Admin>; asking: number };

const attempts = 3;

/**
 * The connection for questions about topics and groups, made when it is needed and anew after it failed. One that failed is left
 * by whoever comes next, and ends when the last of those who share it has its answer.
 */
export class AdminConnection {
  readonly #kafka: Kafka;
  #current: Connection | null = null;
  #closed = false;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  /** Questions that come later fail. */
  async close(): Promise<void> {
    const connection = this.#current;
    this.#current = null;
    this.#closed = true;
    if (connection?.asking === 0) await end(connection);
  }

  /**
   * Asks, and again over a new connection where a question fails: kafkajs stumbles over what it remembers of brokers that have come
   * and gone. A question may be asked several times. `what`: for the error.
   */
  async ask<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const connection = this.#connection();
      const admin = await connection.admin;
      connection.asking += 1;
      try {
        return await whenReady(() => question(admin));
      } catch (error) {
        if (this.#current === connection) this.#current = null;
        const failure = asLogError(error, what);
        if (attempt === attempts || !failure.retriable) throw failure;
      } finally {
        connection.asking -= 1;
        if (this.#current !== connection && connection.asking === 0) void end(connection);
      }
    }
  }

  #connection(): Connection {
    if (this.#current !== null) return this.#current;
    if (this.#closed) throw new EventLogError("log_closed", false, "the log was closed");
    const admin = connect(this.#kafka).catch((error: unknown) => {
      if (this.#current === connection) this.#current = null;
      throw asLogError(error, "Kafka cannot be reached");
    });
    const connection: Connection = { admin, asking: 0 };
    this.#current = connection;
    return connection;
  }
}

async function end({ admin }: Connection): Promise<void> {
  await admin.then((one) => one.disconnect()).catch(() => {});
}

async function connect(kafka: Kafka): Promise<Admin> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    return admin;
  } catch (error) {
    void admin.disconnect().catch(() => {});
    throw error;
  }
}
