import { exceptions } from "./exceptions.ts";

/** `code` is ClickHouse's number as text, or `unreachable`. `retriable`: whether the same call may succeed later. */
export class ClickHouseFailure extends Error {
  readonly code: string;
  readonly retriable: boolean;
  constructor(code: string, message: string) {
    super(message);
    this.name = "ClickHouseFailure";
    this.code = code;
    this.retriable = code === "unreachable" || (exceptions[code]?.retriable ?? false);
  }
}

/**
 * The failure behind whatever a client threw. A server's own words may quote a statement, a row or a password, and loggers print
 * causes: so nothing of the original is kept but its number, whose name comes from our list.
 */
export function failureOf(error: unknown): ClickHouseFailure {
  if (error instanceof ClickHouseFailure) return error;
  const codes = [...codesOf(error)];
  const code = codes.find((one) => /^\d+$/.test(one));
  if (code !== undefined) {
    const name = exceptions[code]?.name;
    return new ClickHouseFailure(code, `ClickHouse error ${code}${name === undefined ? "" : ` ${name}`}`);
  }
  const reason = codes.find((one) => /^E[A-Z]+$/.test(one));
  return new ClickHouseFailure(
    "unreachable",
    `ClickHouse cannot be reached${reason === undefined ? "" : ` (${reason})`}`,
  );
}

/** chdb and the HTTP client name their codes differently, and wrap each other. */
function* codesOf(error: unknown): Iterable<string> {
  for (let one = error; one instanceof Error; one = one.cause)
    for (const name of ["clickhouseCode", "code"]) {
      const code: unknown = Reflect.get(one, name);
      if (typeof code === "number" || typeof code === "string") yield String(code);
    }
}
