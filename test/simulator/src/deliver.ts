import { httpBuildQuery } from "./encode-php.ts";
import { createRandom } from "./random.ts";
import type { History } from "./simulate.ts";
import type { Delivery } from "./tape.ts";
import { remint } from "./wire/envelope.ts";

/** `duplicates` and `reorder` are shares of all deliveries; `rate` is calls a second. */
export type Delivering = { duplicates: number; reorder: number; concurrency: number; rate: number };
export type Plan = { deliveries: Delivery[]; concurrency: number; rate: number };

/** How far a delivery may stray from its turn, as a share of all of them. */
const straying = 0.05;

/** All portals' deliveries as a queue might send them: mostly in order, some late, some twice with other tokens. */
export function deliver(history: History, how: Delivering): Plan {
  const random = createRandom(`delivery of ${history.portals.map(({ portal }) => portal.memberId).join()}`);
  const inOrder = history.portals
    .flatMap(({ deliveries }) => deliveries)
    .sort((left, right) => left.at - right.at);
  const window = inOrder.length * straying;
  const turns = inOrder.flatMap((delivery, index) => {
    const late = () => (random.chance(how.reorder) ? random.float() * window : 0);
    const once = { turn: index + late(), delivery };
    if (!random.chance(how.duplicates)) return [once];
    const payload = remint(delivery.payload, random);
    const again = { ...delivery, payload, body: httpBuildQuery(payload), note: `${delivery.note} (again)` };
    return [once, { turn: index + random.float() * window, delivery: again }];
  });
  turns.sort((left, right) => left.turn - right.turn);
  return { deliveries: turns.map(({ delivery }) => delivery), concurrency: how.concurrency, rate: how.rate };
}
