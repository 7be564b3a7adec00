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
