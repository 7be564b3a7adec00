import type { PreviousToken, Registration } from "@portalstream/events";

/** How long the previous token stays valid where the caller does not say. */
export const defaultPreviousTokenSeconds = 3_600;
export const mostPreviousTokenSeconds = 7 * 86_400;

/** `seconds`: what the caller asked for; null where nothing was said. `sameToken`: null where that cannot be told. */
type Change = { before: Registration | undefined; sameToken: boolean | null; seconds: number | null };

/**
 * The token that stays valid beside the present one. A change of the token keeps the one before. The same token again, such as a
 * repeated request, never extends what is already granted, and ends it sooner only where the caller says so.
 */
export function previousTokenOf({ before, sameToken, seconds }: Change, now: number): PreviousToken | null {
  if (before === undefined || sameToken === null) return null;
  const granted = sameToken
    ? before.previous
    : { token: before.token, validUntil: now + 1_000 * (seconds ?? defaultPreviousTokenSeconds) };
  if (granted === null) return null;
  const asked = seconds === null ? Number.POSITIVE_INFINITY : now + 1_000 * seconds;
  const validUntil = Math.min(granted.validUntil, asked);
  return validUntil > now ? { token: granted.token, validUntil } : null;
}
