import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { killWithUs } from "./kill-with-us.ts";

export type Program = {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** Finds in a line of its output what says that it is up. */
  ready: (line: string) => string | undefined;
  /** Gets every line that it prints. */
  print: (text: string) => void;
};

/** A program of ours as a process that can be killed, paused and started again. */
export class Child {
  readonly #program: Program;
  #process: ChildProcess | null = null;
  /** Once it has ended and all that it printed was heard. */
  #closed: Promise<void> = Promise.resolve();
  #said = "";

  constructor(program: Program) {
    this.#program = program;
  }

  /** What it said when it was ready. */
  get said(): string {
    return this.#said;
  }

  /** Resolves when it is ready; rejects when it ends before. */
  async start(): Promise<void> {
    const { args, env, ready, print } = this.#program;
    const child = spawn(process.execPath, [...args], { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    killWithUs(child);
    this.#process = child;
    this.#closed = new Promise((done) => child.once("close", () => done()));
    const recent: string[] = [];
    const hear = (text: string) => {
      recent.splice(0, recent.length - 20);
      recent.push(text);
      print(text);
    };
    child.stderr.on("data", (chunk: Buffer) => hear(chunk.toString()));
    this.#said = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      // Not "exit": one that says its last word and goes may be gone before its word is read.
      child.once("close", (code) => reject(new Error(`exited with ${code}: ${recent.join("")}`)));
      createInterface({ input: child.stdout }).on("line", (line) => {
        hear(`${line}\n`);
        const said = ready(line);
        if (said !== undefined) resolve(said);
      });
    });
  }

  /** Sends the signal and waits for the end and for the last line; the exit code. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    if (child === null) return null;
    if (child.exitCode === null && child.signalCode === null) {
      // A paused process hears nothing but SIGKILL.
      if (signal !== "SIGKILL") child.kill("SIGCONT");
      child.kill(signal);
    }
    await this.#closed;
    return child.exitCode;
  }

  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }
}

/** The address in the line by which a process of portalstream says that it is ready. */
export const readyUrl = (line: string): string | undefined =>
  /"url":"([^"]+)".*"msg":"ready"/.exec(line)?.[1];

export type CommandResult = { code: number; output: string; errors: string };

/** Runs a program of ours to its end. */
export function runToEnd(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  return new Promise((resolve) =>
    execFile(process.execPath, [...args], { env: { ...env }, maxBuffer: 2 ** 26 }, (error, output, errors) =>
      resolve({
        code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1,
        output,
        errors,
      }),
    ),
  );
}
