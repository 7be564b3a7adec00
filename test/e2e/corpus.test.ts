import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askUntil, enrol, post, type Stack } from "../stacks/stack.ts";
import { startStack } from "../stacks/start.ts";

// Example bodies that are not part of the repository: PORTALSTREAM_CORPUS names a folder with events/*.form.
const folder = process.env.PORTALSTREAM_CORPUS;
const files = folder === undefined ? [] : globSync(join(folder, "events/*.form"));
if (files.length === 0)
  console.warn("corpus: skipped, PORTALSTREAM_CORPUS names no folder with events/*.form");

const isSecret = (key: string): boolean => /(token|secret)\]?$/i.test(key);

const linkWith = (secrets: readonly string[]): string =>
  `see https://x.com/?id=9${secrets.map((secret) => `&auth=${secret}&n=1`).join("")}#top`;

describe.skipIf(files.length === 0)("every body of the corpus", () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.dispose());

  test.each(files.map((file) => [basename(file), file]))(
    "%s is kept leaf by leaf, or refused for want of a token",
    async (_name, file) => {
      const sent = readFileSync(file, "utf8");
      const secrets = [...new URLSearchParams(sent)]
        .filter(([key]) => isSecret(key))
        .map(([, value]) => value);
      const body = `${sent}&seen_in=${encodeURIComponent(linkWith(secrets))}`;
      const pairs = [...new URLSearchParams(body)];
      const at = (key: string) => pairs.findLast(([name]) => name === key)?.[1];
      const token = at("auth[application_token]");
      if (token === undefined) {
        expect((await post(stack, body)).status).toBeOneOf([400, 401]);
        return;
      }
      const portal = at("auth[member_id]") ?? at("data[bot][auth][member_id]") ?? "portal-of-the-newer-bots";
      await enrol(stack, portal, token, at("auth[domain]"));
      const response = await post(stack, body);
      expect(response.status).toBe(200);
      const { eventId } = Object(await response.json());
      const page = await askUntil(
        stack,
        `/v1/portals/${portal}/events?eventId=${eventId}`,
        (one) => Object(one).items?.length === 1,
      );
      const kept: unknown = Object(page).items[0].body;
      for (const [key, value] of pairs) {
        const leaf = key
          .replaceAll("]", "")
          .split("[")
          .reduce<unknown>((part, name) => Object(part)[name], kept);
        expect([key, leaf]).toEqual([
          key,
          isSecret(key) ? undefined : key === "seen_in" ? linkWith(secrets.map(() => "")) : value,
        ]);
      }
      for (const secret of secrets) expect(JSON.stringify(page)).not.toContain(secret);
    },
  );
});
