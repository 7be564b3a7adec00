/** Something that was done. Nothing received goes into `attributes` but a portal's id: no token, body or text. */
export type SpanRecord = {
  name: string;
  kind: "server" | "client" | "producer" | "consumer";
  /** performance.now() at its start and its end. */
  from: number;
  to: number;
  failed: boolean;
  attributes: Readonly<Record<string, string | number>>;
  parts: readonly SpanRecord[];
};

/**
 * Takes spans once they are over. Where traces are off there is none, so that `spans?.record({ … })` makes nothing at all: the hot
 * path pays for traces only where they are sent.
 */
export interface Spans {
  /** `traceparent`: that header (W3C) of the request, if it came with one. */
  record(span: SpanRecord, traceparent?: unknown): void;
}
