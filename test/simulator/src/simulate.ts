import { playApplication } from "./play-application.ts";
import { playGroupBot, playPrivateBot } from "./play-bots.ts";
import { playChat } from "./play-chat.ts";
import { createRandom, type Random } from "./random.ts";
import { createTape, type Delivery } from "./tape.ts";
import type { PortalTruth } from "./truth.ts";
import { buildPortal, type Portal } from "./world.ts";

export type Simulation = {
  seed: string | number;
  portals: number;
  startAt: Date;
  durationMinutes: number;
  chatsPerPortal: number;
};

export type PortalHistory = { portal: Portal; deliveries: Delivery[]; truth: PortalTruth };
export type History = { startAt: number; endAt: number; portals: PortalHistory[] };

/** Some portals' chats over some time: all that they send, and what it says. The same options give the same history. */
export function simulate(options: Simulation): History {
  const startAt = Math.floor(options.startAt.getTime() / 1000);
  const endAt = startAt + Math.round(options.durationMinutes * 60);
  // Portals are others in another hour, so that histories of one seed can be played into one store one after another.
  const random = createRandom(`${options.seed}@${startAt}`);
  const portals = Array.from({ length: options.portals }, (_, index) =>
    simulatePortal(random.fork(`portal ${index}`), index, startAt, endAt, options.chatsPerPortal),
  );
  return { startAt, endAt, portals };
}

function simulatePortal(
  random: Random,
  index: number,
  startAt: number,
  endAt: number,
  chatCount: number,
): PortalHistory {
  const portal = buildPortal(random.fork("portal"), index, startAt, endAt);
  const tape = createTape(portal, random.fork("tape"), endAt);
  const chats = Array.from({ length: chatCount }, (_, at) => {
    const own = random.fork(`chat ${at}`);
    // Customers come all the time, most of them in the first half, so that their sessions can finish and open again.
    const firstAt = startAt + 2 + Math.floor((endAt - startAt - 60) * own.float() ** 1.5);
    return playChat(tape, own, own.pick(portal.lines), firstAt);
  }).flat();
  const [operator] = portal.operators;
  if (operator !== undefined && endAt - startAt >= 600) {
    chats.push(playPrivateBot(tape, operator, startAt + 90), playGroupBot(tape, operator, startAt + 120));
    playApplication(tape, startAt);
  }
  return {
    portal,
    deliveries: tape.deliveries.sort((left, right) => left.at - right.at),
    truth: { chats, bots: [...tape.bots.values()], events: Object.fromEntries(tape.events) },
  };
}
