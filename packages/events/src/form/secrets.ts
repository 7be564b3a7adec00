const secretNames = new Set([
  ...["authid", "refreshid", "accesskey", "secretkey", "privatekey", "apikey", "bitrixsessid", "sessid"],
  ...["jwt", "phpsessid"],
]);
const secretNameEndings = /(?:token|secret|password|passwd|checkword)$/;
/** Words that are secret alone or behind another one (`smtp_pass`), not as the end of a word (`compass`). */
const secretLastWords = /(?:^|[^a-z0-9])(?:pass|pwd)$/;

const mostVerdicts = 5_000;
const longestName = 64;
/** The names of a few event families come again in every event. */
const verdicts = new Map<string, boolean>();

/** Of a body's own keys. Case and punctuation do not matter (`apiToken`, `api-token`). */
export function isSecretName(name: string): boolean {
  // Taking long names apart is work that an attacker could ask for.
  if (name.length > longestName) return mentionsSecret(name);
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  const letters = lower.replace(/[^a-z0-9]/g, "");
  const verdict = secretNames.has(letters) || secretNameEndings.test(letters) || secretLastWords.test(lower);
  if (verdicts.size >= mostVerdicts) verdicts.clear();
  // A copy: the name may be a slice that holds the whole body in memory.
  verdicts.set(Buffer.from(name).toString(), verdict);
  return verdict;
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
  const lower = name.toLowerCase();
  return (
    secretLastWords.test(lower) ||
    lower
      .split(/[[\]]/)
      .map((part) => part.replace(/[^a-z0-9]/g, ""))
      .some((part) => secretParameters.has(part) || secretEndings.test(part))
  );
}

/** What is below a secret name is as secret: `access_token[0]` is no way round. */
export function isSecretPath(path: readonly string[]): boolean {
  return path.some(isSecretName);
}

const secretWords = /token|secret|passw|checkword|sessid|key|(auth|refresh)_?id/i;

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
