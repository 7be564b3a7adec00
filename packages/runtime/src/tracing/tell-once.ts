import type { ExportResult } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";

type Told = {
  /** The first failure after all was well. `error`: its name and code, since a message may hold what a collector answered. */
  failed: (error: { name: string; code: string }) => void;
  /** The first success after failures. */
  again: () => void;
};

/** An exporter that fails in silence but for the first time: a collector that is away is no reason for a line a second. */
export function tellOnce(exporter: SpanExporter, told: Told): SpanExporter {
  let away = false;
  const hear = ({ error }: ExportResult) => {
    if (away === (error !== undefined)) return;
    away = error !== undefined;
    if (error === undefined) told.again();
    else told.failed({ name: error.name, code: String(Reflect.get(error, "code") ?? "") });
  };
  return {
    export: (spans: ReadableSpan[], done: (result: ExportResult) => void) =>
      exporter.export(spans, (result) => {
        hear(result);
        done(result);
      }),
    shutdown: () => exporter.shutdown(),
  };
}
