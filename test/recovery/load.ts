import { hash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { applicationToken, auth, bodyOf } from "../e2e/bodies.ts";
import { type Address, enrol, post } from "../stacks/stack.ts";

/** What was sent and answered. Messages are numbered through all portals. */
export type Sent = {
  portals: readonly string[];
  /** How many were sent; the numbers of the messages are 1 to this. */
  sent: number;
  /** The event ids of those answered 200, by number. */
  accepted: ReadonlyMap<number, string>;
  /** Answers other than 200, by status. */
  refused: ReadonlyMap<number, number>;
  unanswered: number;
};

export type Load = {
  /** So far. */
  readonly sent: Sent;
  /** Resolves when `count` more were answered 200. */
  untilAccepted(count: number): Promise<void>;
  /** Lets those in flight be answered. */
  stop(): Promise<Sent>;
};

export type LoadOptions = {
  /** Other loads have other portals. */
  name: string;
  portals?: number;
  senders?: number;
  /** Of each sender, between an answer and the next message. */
  pauseMs?: number;
  /** What else a message says: for larger ones. */
  words?: string;
};

export const portalNames = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => hash("md5", `${name}/${at}`));

/** The portal of a message; the same is in `Sent`. */
export const portalOf = (portals: readonly string[], id: number): string =>
  portals[id % portals.length] ?? "";

export const messageBody = (portal: string, id: number, words = ""): string =>
  bodyOf(
    "ONOPENLINEMESSAGEADD",
    {
      DATA: {
        connector: { connector_id: "load", line_id: 1, chat_id: `chat-${id % 7}`, user_id: 5 },
        message: { id: `m${id}`, text: `message ${id} ${words}` },
      },
    },
    String(1_790_000_000 + id),
    { auth: { ...auth, member_id: portal } },
  );

/** Messages of several portals from many senders, without end. Nothing that fails is sent again: Bitrix24 does not, either. */
export async function startLoad(stack: Address, options: LoadOptions): Promise<Load> {
  const { name, portals: count = 4, senders = 12, pauseMs = 15, words = "" } = options;
  const portals = portalNames(name, count);
  for (const portal of portals) await enrol(stack, portal, applicationToken);
  const accepted = new Map<number, string>();
  const refused = new Map<number, number>();
  const so = { portals, sent: 0, accepted, refused, unanswered: 0 };
  let going = true;
  const send = async () => {
    while (going) {
      const id = ++so.sent;
      try {
        const response = await post(stack, messageBody(portalOf(portals, id), id, words));
        const answer = await response.json();
        if (response.status === 200) accepted.set(id, Object(answer).eventId);
        else refused.set(response.status, (refused.get(response.status) ?? 0) + 1);
      } catch {
        so.unanswered += 1;
      }
      await sleep(pauseMs);
    }
  };
  const sending = Array.from({ length: senders }, send);
  return {
    get sent() {
      return so;
    },
    untilAccepted: async (more) => {
      const enough = accepted.size + more;
      while (accepted.size < enough) await sleep(10);
    },
    stop: async () => {
      going = false;
      await Promise.all(sending);
      return so;
    },
  };
}
