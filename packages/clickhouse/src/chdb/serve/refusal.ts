import { exceptions } from "../../exceptions.ts";

/** An error in a server's words. */
export class Refusal extends Error {
  readonly code: number;
  readonly type: string;
  readonly retriable = false;
  constructor(code: number, type: string, message: string) {
    super(message);
    this.name = "Refusal";
    this.code = code;
    this.type = type;
  }
}

const statuses: Readonly<Record<number, number>> = {
  16: 400,
  27: 400,
  36: 400,
  47: 404,
  53: 400,
  60: 404,
  62: 400,
  81: 404,
  115: 404,
  117: 400,
  456: 400,
  516: 403,
};

export type ErrorAnswer = { status: number; code: number; text: string };

/** What a server would answer: clients read the code from the text. */
export function errorAnswer(error: unknown): ErrorAnswer {
  const given = Number(field(error, "code"));
  const code = Number.isInteger(given) ? given : unknownException;
  const type = field(error, "type") ?? exceptions[String(code)]?.name ?? "UNKNOWN_EXCEPTION";
  const message = error instanceof Error ? error.message.trim() : "unknown";
  return { status: statuses[code] ?? 500, code, text: `Code: ${code}. DB::Exception: ${message} (${type})` };
}

const unknownException = 1002;

function field(value: unknown, name: string): unknown {
  return value instanceof Error ? Reflect.get(value, name) : undefined;
}
