import type { DescribedSession } from "./described-sessions.ts";

/** Where a session's row lies. */
export type SessionKey = { openedAt: number; name: string; opener: string };

export const keyOfSession = ({ openedAt, opener: { name, key } }: DescribedSession): SessionKey => ({
  openedAt,
  name,
  opener: key,
});

/** Of the sessions before and now: those that are new or different, and keys that are in use no more. All of them where `openers` are given. */
export function changedSessions(
  before: readonly DescribedSession[],
  now: readonly DescribedSession[],
  openers: readonly SessionKey[] | null,
): { sessions: DescribedSession[]; goneSessions: SessionKey[] } {
  const known = new Map(before.map((session) => [textOf(keyOfSession(session)), JSON.stringify(session)]));
  const used = new Set(now.map((session) => textOf(keyOfSession(session))));
  const gone = new Map<string, SessionKey>();
  for (const key of [...before.map(keyOfSession), ...(openers ?? [])])
    if (!used.has(textOf(key))) gone.set(textOf(key), key);
  const sessions = now.filter(
    (session) => openers !== null || known.get(textOf(keyOfSession(session))) !== JSON.stringify(session),
  );
  return { sessions, goneSessions: [...gone.values()] };
}

const textOf = ({ openedAt, name, opener }: SessionKey) => `${openedAt} ${name} ${opener}`;
