/** `code` is ClickHouse's number as text, or `unreachable`. `retriable`: whether the same call may succeed later. */
export class ClickHouseFailure extends Error {
  readonly code: string;
  readonly retriable: boolean;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "ClickHouseFailure";
    this.code = code;
    this.retriable = retriableCodes.has(code);
  }
}

/** What passes by itself or by an operator's hand, by the numbers in ClickHouse's ErrorCodes.cpp. */
const retriableCodes = new Set([
  "unreachable",
  "74", // CANNOT_READ_FROM_FILE_DESCRIPTOR
  "75", // CANNOT_WRITE_TO_FILE_DESCRIPTOR, a full disk too
  "76", // CANNOT_OPEN_FILE, a folder that another process owns too
  "159", // TIMEOUT_EXCEEDED
  "173", // CANNOT_ALLOCATE_MEMORY
  "202", // TOO_MANY_SIMULTANEOUS_QUERIES
  "209", // SOCKET_TIMEOUT
  "210", // NETWORK_ERROR
  "236", // ABORTED
  "241", // MEMORY_LIMIT_EXCEEDED
  "242", // TABLE_IS_READ_ONLY
  "243", // NOT_ENOUGH_SPACE
  "252", // TOO_MANY_PARTS
  "319", // UNKNOWN_STATUS_OF_INSERT
  "425", // SYSTEM_ERROR
  "439", // CANNOT_SCHEDULE_TASK
  "999", // KEEPER_EXCEPTION
]);

/** The failure behind whatever a client threw. Its message may quote a statement or a row, so it is not repeated. */
export function failureOf(error: unknown): ClickHouseFailure {
  if (error instanceof ClickHouseFailure) return error;
  const code = clickHouseCode(error);
  return new ClickHouseFailure(
    code,
    code === "unreachable" ? "ClickHouse cannot be reached" : `ClickHouse error ${code}`,
    {
      cause: error,
    },
  );
}

function clickHouseCode(error: unknown): string {
  for (let one = error; one instanceof Error; one = one.cause) {
    const code: unknown = Reflect.get(one, "clickhouseCode") ?? Reflect.get(one, "code");
    if (typeof code === "number" || (typeof code === "string" && /^\d+$/.test(code))) return String(code);
  }
  return "unreachable";
}
