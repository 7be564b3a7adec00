import { expect, test } from "vitest";
import { isSecretName, isVolatilePath } from "./secrets.ts";

const secret =
  "access_token refresh_token application_token bot_token _token token auth_id refresh_id client_secret secret password api_key api-key apikey";

test.each(secret.split(" "))("%s is secret in any case", (name) => {
  expect([isSecretName(name), isSecretName(name.toUpperCase())]).toEqual([true, true]);
});

test.each(["token_type", "tokens", "auth", "id", "client_id", "user_id", "secretary", ""])(
  "%s is not",
  (name) => {
    expect(isSecretName(name)).toBe(false);
  },
);

test("what differs between deliveries is volatile", () => {
  const volatile = [
    ["token"],
    ["data", "EXPIRES"],
    ["data", "expires_in"],
    ["data", "b", "Auth", "x"],
    ["auth", "AUTH"],
  ];
  for (const path of volatile) expect(isVolatilePath(path), path.join()).toBe(true);
  const lasting = [[], ["auth"], ["auth", "user_id"], ["data", "expires", "x"], ["data", "author"]];
  for (const path of lasting) expect(isVolatilePath(path), path.join()).toBe(false);
});
