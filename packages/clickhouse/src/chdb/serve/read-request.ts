import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createZstdDecompress } from "node:zlib";
import { type DataFormat, SupportedJSONFormats, SupportedRawFormats } from "@clickhouse/client";
import { Refusal } from "./refusal.ts";

/** What a request asks for, less what only concerns HTTP. */
export type Asked = {
  queryId: string;
  database: string;
  format: DataFormat;
  settings: ReadonlyMap<string, string>;
  /** In ClickHouse's escaped form. */
  parameters: ReadonlyMap<string, string>;
  sql: string;
  /** Rows of an insert whose statement came in the URL, in pieces as they arrived. */
  rows: readonly Buffer[];
  /** Only reads, and ends with its connection. */
  readOnly: boolean;
};

/** URL parameters that are no settings of the engine. */
const httpOnly =
  /^(query|query_id|database|default_format|user|password|role|quota_key|compress|decompress|readonly|cancel_http_readonly_queries_on_client_close|stacktrace|buffer_size|wait_end_of_query|enable_http_compression|add_http_cors_header|send_progress_in_http_headers|http_.*|param_.*)$/;

export async function readRequest(request: IncomingMessage, url: URL): Promise<Asked> {
  const given = new Map(url.searchParams);
  const body = await readBody(request);
  const type = request.headers["content-type"] ?? "";
  const isForm = type.startsWith("multipart/form-data");
  if (isForm) await readForm(Buffer.concat(body), type, given);
  const rows = isForm ? [] : body;
  for (const name of ["session_id", "compress", "decompress", "role"])
    if ((given.get(name) ?? "0") !== "0")
      throw new Refusal(48, "NOT_IMPLEMENTED", `${name} is not served here`);
  const statement = given.get("query");
  const parameters = [...given].flatMap(([name, value]): [string, string][] =>
    name.startsWith("param_") ? [[name.slice("param_".length), value]] : [],
  );
  return {
    queryId: given.get("query_id") ?? crypto.randomUUID(),
    database: given.get("database") || "default",
    format: formatNamed(given.get("default_format") ?? "TabSeparated"),
    settings: new Map([...given].filter(([name]) => !httpOnly.test(name))),
    parameters: new Map(parameters),
    sql: statement ?? Buffer.concat(rows).toString(),
    rows: statement === undefined ? [] : rows,
    readOnly: (given.get("readonly") ?? "0") !== "0",
  };
}

const formats: readonly DataFormat[] = [...SupportedJSONFormats, ...SupportedRawFormats];

function formatNamed(name: string): DataFormat {
  const format = formats.find((one) => one === name);
  if (format === undefined) throw new Refusal(73, "UNKNOWN_FORMAT", `Unknown format ${name}`);
  return format;
}

/** Parameters that are too long for a URL come as a form. */
async function readForm(body: Buffer, type: string, given: Map<string, string>): Promise<void> {
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  for (const [name, value] of form) if (typeof value === "string") given.set(name, value);
}

/** The whole body before any of it runs: a sender that dies in the middle has inserted nothing. Never put together: it may be large. */
async function readBody(request: IncomingMessage): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of decoded(request)) chunks.push(chunk);
  return chunks;
}

function decoded(request: IncomingMessage): Readable {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding === "identity") return request;
  const decoder = {
    gzip: createGunzip,
    zstd: createZstdDecompress,
    br: createBrotliDecompress,
  }[encoding];
  if (decoder === undefined)
    throw new Refusal(89, "UNKNOWN_COMPRESSION_METHOD", `content-encoding ${encoding} is not known`);
  const stream = decoder();
  request.on("error", (error) => stream.destroy(error));
  return request.pipe(stream);
}
