import { parseArgs } from "node:util";

export type DemoOptions = {
  seed: string;
  portals: number;
  minutes: number;
  /** Calls a second; null = so many that the whole takes about 25 s. */
  rate: number | null;
  exit: boolean;
  help: boolean;
  /** Where a portalstream already runs; null = start one. */
  url: string | null;
  dataDir: string | null;
};

export const usage = `Plays an hour of several Bitrix24 portals through portalstream and compares its answers with what was sent.

Usage: npm run demo [-- options]

  --seed TEXT      the same seed makes the same people and chats [demo]
  --portals N      how many portals [4]
  --minutes N      how much of their time, ending now [60]
  --rate N         webhook calls a second [so that it takes about 25 s]
  --url URL        play against a portalstream that already runs there, instead of starting one
  --data-dir PATH  its data folder, where its admin key is [PORTALSTREAM_DATA_DIR or ./data]
  --exit           stop after the comparison instead of staying up
  --help           this text
`;

export function demoOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: "string", default: "demo" },
      portals: { type: "string", default: "4" },
      minutes: { type: "string", default: "60" },
      rate: { type: "string" },
      url: { type: "string" },
      "data-dir": { type: "string" },
      exit: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return {
    seed: values.seed,
    portals: positive("portals", values.portals),
    minutes: positive("minutes", values.minutes),
    rate: values.rate === undefined ? null : positive("rate", values.rate),
    exit: values.exit,
    help: values.help,
    url: values.url ?? null,
    dataDir: values["data-dir"] ?? null,
  };
}

function positive(name: string, value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value);
  throw new TypeError(`--${name} must be a whole number above 0`);
}
