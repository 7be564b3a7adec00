import { hash } from "node:crypto";
import { createRandom } from "../../../simulator/src/random.ts";
import { authOf } from "./auth.ts";

/** `dialogs`: ONIMCONNECTORDIALOG* describe its sessions, else ONSESSION*. */
export type Line = { id: string; connector: string; name: string; dialogs: boolean; botId: string | null };

export type BenchPortal = {
  memberId: string;
  domain: string;
  applicationToken: string;
  /** The encoded part of `auth` that is the same in all its bodies. */
  auth: string;
  lines: readonly Line[];
  operators: readonly Operator[];
  /** How many messages its history holds. */
  messages: number;
};
/** `signature` is encoded: `[b]Name:[/b] [br]`. */
export type Operator = { id: string; signature: string };

const lines: readonly Line[] = [
  { id: "1", connector: "own_shop", name: "Shop", dialogs: true, botId: null },
  { id: "3", connector: "own_support", name: "Support", dialogs: true, botId: "571" },
  { id: "5", connector: "telegrambot", name: "Telegram", dialogs: false, botId: null },
  { id: "7", connector: "whatsappbytwilio", name: "WhatsApp", dialogs: false, botId: "573" },
];
const names = ["Anna", "Boris", "Clara", "David", "Elena", "Fedor", "Greta", "Hugo"];
const messagesPerOperator = 25_000;
const mostOperators = 40;

/** A portal of each size, in this order. The same for the same seed. */
export const benchPortals = (sizes: readonly number[], seed = "bench"): BenchPortal[] =>
  sizes.map((messages, at) => portalOf(messages, `${seed} portal ${at}`));

function portalOf(messages: number, seed: string): BenchPortal {
  const memberId = hash("md5", seed);
  const applicationToken = createRandom(seed).hex(32);
  const domain = `bench-${memberId.slice(0, 8)}.bitrix24.com`;
  const count = Math.min(mostOperators, 4 + Math.floor(messages / messagesPerOperator));
  return {
    memberId,
    domain,
    applicationToken,
    auth: authOf(domain, memberId, applicationToken),
    lines,
    operators: Array.from({ length: count }, (_, at) => ({
      id: String(20 + at),
      signature: `%5Bb%5D${names[at % names.length]}+N.:%5B%2Fb%5D+%5Bbr%5D`,
    })),
    messages,
  };
}

/** The same number of messages in each of a thousand portals. */
export const evenSizes = (messages: number, portals = 1_000): number[] =>
  Array.from({ length: portals }, () => Math.ceil(messages / portals));

/** One very large portal, some large ones, and a great number of small ones; `scale` 1 is ten million messages. */
export const unevenSizes = (scale: number): number[] =>
  (
    [
      [1, 1_000_000],
      [9, 200_000],
      [90, 40_000],
      [900, 4_000],
    ] as const
  ).flatMap(([portals, messages]) =>
    Array.from({ length: portals }, () => Math.max(4, Math.round(messages * scale))),
  );

/** The same largest portal, with one of forty thousand messages and a hundred small ones: minutes to fill instead of an hour. */
export const fewSizes = (scale: number): number[] =>
  Array.from({ length: 101 }, (_, at) => (at === 0 ? 1_000_000 : at === 10 ? 40_000 : 4_000)).map(
    (messages) => Math.max(4, Math.round(messages * scale)),
  );
