/** What of an error crosses from one thread to another: an error's class does not. */
export type CarriedError = {
  name: string;
  message: string;
  stack: string | undefined;
  code: string | undefined;
  retriable: boolean | undefined;
};

export function carryError(error: unknown): CarriedError {
  if (!(error instanceof Error))
    return {
      name: "Error",
      message: String(error),
      stack: undefined,
      code: undefined,
      retriable: undefined,
    };
  const { name, message, stack } = error;
  const [code, retriable]: unknown[] = [Reflect.get(error, "code"), Reflect.get(error, "retriable")];
  return {
    name,
    message,
    stack,
    code: typeof code === "string" ? code : undefined,
    retriable: typeof retriable === "boolean" ? retriable : undefined,
  };
}

/** An error that says in this thread what it said in the other. */
export function errorOf({ name, message, stack, code, retriable }: CarriedError): Error {
  return Object.assign(new Error(message), {
    name,
    ...(stack === undefined ? {} : { stack }),
    ...(code === undefined ? {} : { code }),
    ...(retriable === undefined ? {} : { retriable }),
  });
}
