import type { Admin, Kafka } from "kafkajs";
import { asLogError } from "./kafka-error.ts";

/** The connection for questions about topics and groups, made when it is needed and anew after it failed. */
export class AdminConnection {
  readonly #kafka: Kafka;
  #admin: Promise<Admin> | null = null;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  get(): Promise<Admin> {
    this.#admin ??= connect(this.#kafka).catch((error: unknown) => {
      this.#admin = null;
      throw asLogError(error, "Kafka cannot be reached");
    });
    return this.#admin;
  }

  async forget(): Promise<void> {
    const admin = this.#admin;
    this.#admin = null;
    await admin?.then((one) => one.disconnect()).catch(() => {});
  }

  /**
   * Asks, and where that fails once more over a new connection: kafkajs stumbles over what it remembers of brokers that have come
   * and gone. `what`: for the error.
   */
  async ask<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    try {
      return await question(await this.get()).catch(async () => {
        await this.forget();
        return question(await this.get());
      });
    } catch (error) {
      await this.forget();
      throw asLogError(error, what);
    }
  }
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
