import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../test/projector-process.ts", import.meta.url));

test("a projection whose thread ends by itself takes its process along", async () => {
  const [code, output] = await new Promise<[unknown, string]>((resolve) =>
    execFile(process.execPath, [script, "./ending-projector.ts"], { timeout: 60_000 }, (error, stdout) =>
      resolve([error?.code, stdout]),
    ),
  );
  expect(output).toContain("running\n");
  expect(output).toContain("the thread of sessions ended by itself with 0");
  expect(code).toBe(1);
});
