import { open, readFile, rename } from "node:fs/promises";

/** What was last known of the registry, kept beside the spool so that ingest can start while the log is away. Tokens in it are sealed. */
export type RegistryCopy = {
  /** Encoded registrations; empty where there is no copy. */
  load(): Promise<Uint8Array[]>;
  save(records: readonly Uint8Array[]): Promise<void>;
};

export function registryCopy(path: string): RegistryCopy {
  return {
    load: async () => {
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      });
      return text.split("\n").flatMap((line) => (line === "" ? [] : [Buffer.from(line, "base64")]));
    },
    save: async (records) => {
      const lines = records.map((record) => `${Buffer.from(record).toString("base64")}\n`);
      const file = await open(`${path}.new`, "w", 0o600);
      try {
        await file.writeFile(lines.join(""));
        await file.datasync();
      } finally {
        await file.close();
      }
      // Whole or not at all, also when the power goes.
      await rename(`${path}.new`, path);
    },
  };
}
