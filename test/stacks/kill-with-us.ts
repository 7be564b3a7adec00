import type { ChildProcess } from "node:child_process";

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A test run that dies must not leave processes behind. */
export function killWithUs(child: ChildProcess): void {
  running.add(child);
  child.once("exit", () => running.delete(child));
}
