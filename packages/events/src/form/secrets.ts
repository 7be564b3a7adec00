const secretNames = new Set([
  "token",
  "auth_id",
  "refresh_id",
  "client_secret",
  "secret",
  "password",
  "api_key",
  "api-key",
  "apikey",
]);

export function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.endsWith("_token") || secretNames.has(lower);
}

const secretParameters = new Set([
  "auth",
  "authorization",
  "code",
  "authcode",
  "authid",
  "refreshid",
  "authkey",
  "accesskey",
  "secretkey",
  "privatekey",
  "apikey",
  "appsid",
  "sid",
  "pass",
  "pwd",
  "jwt",
]);
const secretEndings = /(?:token|secret|password|passwd|sess(?:ion)?id|checkword)$/;

/**
 * In links and JSON texts more names are secret than among a body's own keys: `code` is a bot's there, and `auth` a map. Case and
 * punctuation do not matter (`accessToken`, `access-token`); of `auth[access_token]` every part counts.
 */
export function isSecretParameter(name: string): boolean {
  return name
    .toLowerCase()
    .split(/[[\]]/)
    .map((part) => part.replace(/[^a-z0-9]/g, ""))
    .some((part) => secretParameters.has(part) || secretEndings.test(part));
}

/** What is below a secret name is as secret: `access_token[0]` is no way round. */
export function isSecretPath(path: readonly string[]): boolean {
  return path.some(isSecretName);
}

const secretWords = /token|secret|password|api[_-]?key|(auth|refresh)_id/i;

/** For keys that are broken or that PHP cuts short, where the name cannot be trusted to be whole. */
export function mentionsSecret(text: string): boolean {
  return secretWords.test(text);
}

export function isExpiryName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === "expires" || lower === "expires_in";
}

export function isAuthName(name: string): boolean {
  return name.toLowerCase() === "auth";
}

export function isVolatilePath(path: readonly string[]): boolean {
  const last = path.at(-1);
  if (last === undefined) return false;
  return (
    isSecretPath(path) || isExpiryName(last) || path.some((name, depth) => depth > 0 && isAuthName(name))
  );
}
