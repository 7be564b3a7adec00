import { expect, test } from "vitest";
import { isSecretName, isSecretParameter, isVolatilePath } from "./secrets.ts";

const secret =
  "access_token refresh_token application_token bot_token _token token auth_id refresh_id client_secret secret password api_key api-key apikey apiToken clientSecret access-token accessToken secret-key user_password smtp_pass db-pwd private_key sessid";

test.each(secret.split(" "))("%s is secret in any case", (name) => {
  expect([isSecretName(name), isSecretName(name.toUpperCase())]).toEqual([true, true]);
});

test.each([
  "token_type",
  "tokens",
  "auth",
  "code",
  "id",
  "client_id",
  "user_id",
  "session_id",
  "secretary",
  "compass",
  "",
])("%s is not", (name) => {
  expect(isSecretName(name)).toBe(false);
});

const parameters =
  "auth token access_token refreshToken application-token code client_secret sessid bitrix_sessid PHPSESSID password USER_CHECKWORD auth[access_token] AUTH_ID";

test.each(parameters.split(" "))("%s is secret in a link", (name) => {
  expect([isSecretParameter(name), isSecretParameter(name.toLowerCase())]).toEqual([true, true]);
});

test.each(["id", "author", "token_type", "tokens", "user_code", "barcode", "secretary", "x", ""])(
  "%s is not secret in a link",
  (name) => {
    expect(isSecretParameter(name)).toBe(false);
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
