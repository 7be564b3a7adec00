import fc from "fast-check";
import { expect, test } from "vitest";
import { Budget, type Holder } from "./budget.ts";

const mebibyte = 2 ** 20;
const fetchBytes = 4 * mebibyte;

/** A partition as its consumer keeps it. */
class Partition implements Holder {
  readonly #budget: Budget;
  held = 0;
  open = true;

  constructor(budget: Budget) {
    this.#budget = budget;
    this.change(0);
  }

  change(held: number): void {
    this.held = held;
    this.#budget.hold(this, held);
    this.regulate();
  }

  regulate(): void {
    this.open = this.#budget.mayFetch(this);
  }

  leave(): void {
    this.#budget.leave(this);
  }
}

const step = fc.oneof(
  // All that may fetch do at once; what comes is a part of what was asked for.
  fc.record({
    kind: fc.constant("fetch" as const),
    parts: fc.array(fc.constantFrom(0, 0.5, 1), { minLength: 1 }),
  }),
  fc.record({ kind: fc.constant("handle" as const), at: fc.nat(20), left: fc.constantFrom(0, 0.5) }),
  fc.record({ kind: fc.constant("leave" as const), at: fc.nat(20) }),
);

test("what is held keeps to the budget; whoever holds nothing may always fetch, and all may once enough was handled", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 80, max: 300 }),
      fc.array(step, { maxLength: 100, size: "max" }),
      (count, mebibytes, steps) => {
        const bytes = mebibytes * mebibyte;
        const budget = new Budget(bytes);
        const partitions = Array.from({ length: count }, () => new Partition(budget));
        const sum = () => partitions.reduce((total, { held }) => total + held, 0);
        for (const one of steps) {
          if (one.kind === "fetch") {
            const asked = partitions.filter(({ open }) => open);
            for (const [at, each] of asked.entries())
              each.change(each.held + (one.parts[at % one.parts.length] ?? 0) * fetchBytes);
          } else {
            const at = one.at % partitions.length;
            const each = partitions[at];
            if (one.kind === "handle") each?.change(each.held * one.left);
            else if (partitions.length > 1) partitions.splice(at, 1)[0]?.leave();
          }
          expect(budget.used).toBe(sum());
          expect(sum()).toBeLessThanOrEqual(Math.max(bytes, bytes / 2 + count * fetchBytes));
          for (const { held, open } of partitions) expect(open || held > 0).toBe(true);
        }
        for (const one of partitions) one.change(0);
        expect(partitions.every(({ open }) => open)).toBe(true);
      },
    ),
  );
});

test("a batch larger than all of it may come, and others wait for it only while they hold something", () => {
  const budget = new Budget(64 * mebibyte);
  const [large, busy, idle] = [new Partition(budget), new Partition(budget), new Partition(budget)];
  busy.change(1);
  large.change(100 * mebibyte);
  expect([large.open, busy.open, idle.open]).toEqual([false, false, true]);
  large.change(0);
  expect([large.open, busy.open, idle.open]).toEqual([true, true, true]);
});
