import { EventLogError } from "../port.ts";

/** Rejects, without ending what was begun, when it takes longer. */
export async function within<T>(ms: number, doing: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new EventLogError("log_unavailable", true, `nothing was heard for ${ms} ms`)),
    ms,
  );
  try {
    return await Promise.race([doing, promise]);
  } finally {
    clearTimeout(timer);
  }
}
