import fc from "fast-check";
import { expect, test } from "vitest";
import { customer, nameFact, naming, operator, type Reference, session } from "../test/facts.ts";
import { type ChatUpdate, Component, type Fact, keyOfSession, type NameFact } from "./index.ts";

type Event = { facts: Fact[]; names: NameFact[] };

const reference = fc.record(
  {
    chat: fc.constantFrom("c1", "c1", "c2"),
    user: fc.constantFrom("71", "71", "72", "0", ""),
    bitrix: fc.constantFrom("7", "8", "9"),
  },
  { requiredKeys: [] },
);
const at = fc.integer({ min: 0, max: 400 }).map((seconds) => 1_000_000 + seconds * 1_000);
const vote = fc.constantFrom("none" as const, "none" as const, "like" as const, "dislike" as const);
const messageId = fc.constantFrom("1", "2", "3", "4", "5");
const action = fc.constantFrom(
  "add" as const,
  "add" as const,
  "add" as const,
  "edit" as const,
  "delete" as const,
);
const origin = fc.constantFrom("connector" as const, "connector" as const, "bot" as const);
const sessionId = fc.constantFrom("", "31", "32", "33");

/** Events of one chat may tell different lines, as after it was moved. */
const eventOf = (told: Reference, at: number, fact: Fact): Event => ({
  facts: [{ ...fact, line: at % 3_000 === 0 ? "" : fact.line }],
  names:
    told.chat === undefined && told.bitrix === undefined
      ? []
      : [{ ...nameFact(told, at), line: told.chat === undefined && at % 2_000 === 0 ? "2" : "1" }],
});

const event: fc.Arbitrary<Event> = fc.oneof(
  fc
    .tuple(reference, messageId, at, vote, action)
    .filter(([told]) => told.chat !== undefined)
    .map(([told, id, at, vote, action]) => {
      const { bitrix: _, ...named } = told;
      return eventOf(named, at, customer(named, id, at, { vote, action }));
    }),
  fc
    .tuple(reference, messageId, at, action, origin, fc.constantFrom("operator", "system", "bot", "unknown"))
    .map(([told, id, at, action, origin, kind]) =>
      eventOf(
        told,
        at,
        operator(told, id, at, {
          action,
          origin,
          authorKind: kind as "operator",
          ...(origin === "bot" ? { bots: ["90"], sessionId: "31", openedAt: 1_002_000 } : {}),
        }),
      ),
    ),
  fc
    .tuple(reference, at, fc.constantFrom("start" as const, "finish" as const), sessionId)
    .filter(([told]) => told.chat !== undefined || told.bitrix !== undefined)
    .map(([told, at, action, sessionId]) =>
      eventOf(
        told,
        at,
        session(told, action, at, { sessionId, origin: sessionId === "" ? "session" : "dialog" }),
      ),
    ),
);
// Long enough for several sessions, and dense enough for events of one second.
const history = fc.array(event, { minLength: 1, maxLength: 30 });

/** The rows of all tables after updates were written in this order. */
class Tables {
  readonly messages = new Map<string, unknown>();
  readonly sessions = new Map<string, unknown>();
  readonly chats = new Map<string, unknown>();

  write(updates: readonly ChatUpdate[]): void {
    for (const update of updates) {
      if (update.kind === "gone") {
        this.chats.delete(update.chatId);
        continue;
      }
      const { chatId, changes, summary, face, names, facts } = update;
      for (const key of changes.goneSessions) this.sessions.delete(JSON.stringify(key));
      for (const one of changes.sessions)
        this.sessions.set(JSON.stringify(keyOfSession(one)), { chatId, ...one, face: one.line || face.line });
      for (const {
        facts: told,
        slot,
        placement: { session: _, ...placement },
        ...message
      } of changes.messages) {
        for (const { at, key, name } of told) this.messages.delete(`${at} ${key} ${name}`);
        this.messages.set(`${slot.at} ${slot.key} ${slot.name}`, { chatId, ...message, ...placement });
      }
      this.chats.set(chatId, { summary, face, names, facts });
    }
  }

  get content() {
    const sorted = (rows: Map<string, unknown>) => [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      messages: sorted(this.messages),
      sessions: sorted(this.sessions),
      chats: sorted(this.chats),
    };
  }
}

const portal = () => ({ naming, bots: new Set(["90"]), strays: new Map() });

function folded(batches: readonly Event[][]): Tables {
  const component = new Component(portal());
  const tables = new Tables();
  for (const batch of batches) {
    component.addNames(batch.flatMap(({ names }) => names));
    component.add(batch.flatMap(({ facts }) => facts));
    tables.write(component.settle("changes"));
  }
  return tables;
}

const inChats = ({ facts }: Event) => facts.every(({ name }) => !name.startsWith("m"));

test("facts in any order, in any batches and repeated give the same rows as all at once", () => {
  fc.assert(
    fc.property(history, fc.infiniteStream(fc.nat({ max: 5 })), (events, cuts) => {
      const told = events.filter(inChats);
      const expected = folded([told]).content;
      const order = [...told, ...told.slice(0, 3)]
        .map((event) => ({ event, key: cuts.next().value ?? 0 }))
        .sort((a, b) => a.key - b.key)
        .map(({ event }) => event);
      const batches: Event[][] = [];
      for (const event of order) {
        if (batches.length === 0 || (cuts.next().value ?? 0) > 2) batches.push([]);
        batches.at(-1)?.push(event);
      }
      expect(folded(batches).content).toEqual(expected);
    }),
    { numRuns: 5_000, endOnFailure: false },
  );
});

test("a fold that reads stored facts writes over whatever a fold of fewer facts wrote late", () => {
  fc.assert(
    fc.property(history, fc.nat(), fc.nat(), (events, one, other) => {
      const told = events.filter(inChats);
      if (told.length === 0) return;
      const [few, more] = [one % told.length, other % (told.length + 1)].sort((a, b) => a - b) as [
        number,
        number,
      ];
      const before = told.slice(0, few);
      const tables = folded([before]);
      // A slow writer has read these facts, and will write its rows last.
      const slow = new Component(portal());
      slow.addNames(before.flatMap(({ names }) => names));
      slow.add(before.flatMap(({ facts }) => facts));
      slow.settle("nothing");
      slow.addNames(told.slice(few, more).flatMap(({ names }) => names));
      slow.add(told.slice(few, more).flatMap(({ facts }) => facts));
      const late = slow.settle("changes");
      // Its events come again to a new writer, with what came since.
      const fresh = new Component(portal());
      fresh.addNames(told.flatMap(({ names }) => names));
      fresh.add(before.flatMap(({ facts }) => facts));
      fresh.settle("nothing");
      fresh.add(told.slice(few).flatMap(({ facts }) => facts));
      const right = fresh.settle("all");
      tables.write(late);
      tables.write(right);
      expect(tables.content).toEqual(folded([told]).content);
    }),
    { numRuns: 5_000, endOnFailure: false },
  );
});

test("a fold that reads stored facts changes the rows of a crashed one into what all facts together give", () => {
  fc.assert(
    fc.property(history, fc.nat(), fc.nat(), (events, one, other) => {
      const told = events.filter(inChats);
      if (told.length === 0) return;
      const [few, more] = sortedPair(one % told.length, other % told.length);
      const tables = folded([told.slice(0, few)]);
      // The facts up to `more` were stored when the writer crashed, but no rows of them; now all events since come again.
      const component = new Component(portal());
      component.addNames(told.flatMap(({ names }) => names));
      component.add(told.slice(0, few).flatMap(({ facts }) => facts));
      component.settle("nothing");
      component.expect(stored(tables));
      component.add(told.slice(few, more).flatMap(({ facts }) => facts));
      tables.write(component.settle("changes"));
      component.add(told.slice(few).flatMap(({ facts }) => facts));
      tables.write(component.settle("changes"));
      expect(tables.content).toEqual(folded([told]).content);
    }),
    { numRuns: 5_000, endOnFailure: false },
  );
});

const sortedPair = (one: number, other: number): [number, number] =>
  one < other ? [one, other] : [other, one];

type Stored = { facts: number; names: readonly string[]; face: { connector: string; line: string } };

function stored({ chats }: Tables) {
  return [...chats].map(([chatId, row]) => {
    const { facts, names, face } = row as Stored;
    return { chatId, facts, names, connector: face.connector, line: face.line };
  });
}
