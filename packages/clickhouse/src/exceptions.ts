type Exception = { name: string; retriable: boolean };

/** By ClickHouse's number: what passes by itself or by an operator's hand, and what often goes wrong for good. */
export const exceptions: Readonly<Record<string, Exception>> = {
  ...all(true, {
    "74": "CANNOT_READ_FROM_FILE_DESCRIPTOR",
    // A full disk too.
    "75": "CANNOT_WRITE_TO_FILE_DESCRIPTOR",
    // A folder that another process owns too.
    "76": "CANNOT_OPEN_FILE",
    "159": "TIMEOUT_EXCEEDED",
    "173": "CANNOT_ALLOCATE_MEMORY",
    "198": "DNS_ERROR",
    "202": "TOO_MANY_SIMULTANEOUS_QUERIES",
    "203": "NO_FREE_CONNECTION",
    "209": "SOCKET_TIMEOUT",
    "210": "NETWORK_ERROR",
    "225": "NO_ZOOKEEPER",
    "236": "ABORTED",
    "241": "MEMORY_LIMIT_EXCEEDED",
    "242": "TABLE_IS_READ_ONLY",
    "243": "NOT_ENOUGH_SPACE",
    "252": "TOO_MANY_PARTS",
    "254": "NO_ACTIVE_REPLICAS",
    "279": "ALL_CONNECTION_TRIES_FAILED",
    "285": "TOO_FEW_LIVE_REPLICAS",
    "286": "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE",
    "289": "REPLICA_IS_NOT_IN_QUORUM",
    "319": "UNKNOWN_STATUS_OF_INSERT",
    "394": "QUERY_WAS_CANCELLED",
    "425": "SYSTEM_ERROR",
    "439": "CANNOT_SCHEDULE_TASK",
    "473": "DEADLOCK_AVOIDED",
    "999": "KEEPER_EXCEPTION",
  }),
  ...all(false, {
    "6": "CANNOT_PARSE_TEXT",
    "26": "CANNOT_PARSE_QUOTED_STRING",
    "27": "CANNOT_PARSE_INPUT_ASSERTION_FAILED",
    "36": "BAD_ARGUMENTS",
    "38": "CANNOT_PARSE_DATE",
    "41": "CANNOT_PARSE_DATETIME",
    "47": "UNKNOWN_IDENTIFIER",
    "53": "TYPE_MISMATCH",
    "57": "TABLE_ALREADY_EXISTS",
    "60": "UNKNOWN_TABLE",
    "62": "SYNTAX_ERROR",
    "72": "CANNOT_PARSE_NUMBER",
    "81": "UNKNOWN_DATABASE",
    "115": "UNKNOWN_SETTING",
    "117": "INCORRECT_DATA",
    "164": "READONLY",
    "456": "UNKNOWN_QUERY_PARAMETER",
    "497": "ACCESS_DENIED",
    "516": "AUTHENTICATION_FAILED",
    "701": "CLUSTER_DOESNT_EXIST",
  }),
};

function all(retriable: boolean, names: Readonly<Record<string, string>>): Record<string, Exception> {
  return Object.fromEntries(Object.entries(names).map(([code, name]) => [code, { name, retriable }]));
}
