/** Bytes that are no record of ours, or a value that is none. Its message names a field, never a value. */
export class RecordError extends Error {
  override readonly name = "RecordError";
  readonly code: "not_avro" | "unknown_schema" | "bad_record";
  readonly retriable = false;

  constructor(code: RecordError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
