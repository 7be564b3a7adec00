import { describe, expect, test } from "vitest";
import { customer, nameFact, naming, operator, type Reference, session } from "../test/facts.ts";
import { type ChatUpdate, Component, type Fact } from "./index.ts";

const second = 1_000;
const start = 1_772_442_000_000;
const at = (seconds: number) => start + seconds * second;

const anna: Reference = { chat: "c1", user: "71" };
const linked: Reference = { ...anna, bitrix: "7" };

/** A component with these facts, of events that name chats so. */
function componentOf(events: readonly (readonly [Reference, Fact])[], bots: ReadonlySet<string> = new Set()) {
  const component = new Component({ naming, bots, strays: new Map() });
  add(component, events);
  return component;
}

function add(component: Component, events: readonly (readonly [Reference, Fact])[]): void {
  component.addNames(events.map(([reference, fact]) => nameFact(reference, fact.at)));
  component.add(events.map(([, fact]) => fact));
}

function chatOf(updates: readonly ChatUpdate[], chatId: string) {
  const found = updates.find((update) => update.chatId === chatId && update.kind === "chat");
  if (found?.kind !== "chat") throw new Error(`no update of ${chatId}`);
  return found;
}

describe("a chat", () => {
  test("that is linked later takes what came before", () => {
    const component = componentOf([[anna, customer(anna, "1", at(0))]]);
    component.settle("changes");
    add(component, [[linked, operator(linked, "501", at(60))]]);
    const updates = component.settle("changes");
    expect(chatOf(updates, "b7").summary.messages).toMatchObject({ inbound: 1, outbound: 1 });
    expect(updates.filter(({ kind }) => kind === "gone").map(({ chatId }) => chatId)).toEqual(["xc1/71"]);
  });

  test("of user 0 takes the messages of all who have no chat of their own", () => {
    const boris: Reference = { chat: "c1", user: "72" };
    const group: Reference = { chat: "c1", user: "0", bitrix: "8" };
    const component = componentOf([
      [anna, customer(anna, "1", at(0))],
      [boris, customer(boris, "2", at(1))],
      [group, operator(group, "501", at(60))],
    ]);
    expect(chatOf(component.settle("changes"), "b8").summary.messages).toMatchObject({
      inbound: 2,
      outbound: 1,
    });
  });
});

describe("a message", () => {
  test("is changed by an edit that arrives before it", () => {
    const component = componentOf([[linked, operator(linked, "501", at(9), { action: "edit" })]]);
    component.settle("changes");
    add(component, [[linked, operator(linked, "501", at(0))]]);
    const [message] = chatOf(component.settle("changes"), "b7").changes.messages;
    expect(message).toMatchObject({ at: at(0), edited: true });
  });

  test("whose author turns out to be a bot is a bot's, and no answer", () => {
    const bots = new Set<string>();
    const component = componentOf(
      [
        [anna, customer(anna, "1", at(0))],
        [linked, operator(linked, "501", at(5), { authorId: "90" })],
      ],
      bots,
    );
    expect(chatOf(component.settle("changes"), "b7").changes.sessions[0]?.firstResponse).not.toBeNull();
    bots.add("90");
    component.learnBots(new Set(["90"]));
    const { changes } = chatOf(component.settle("changes"), "b7");
    expect(changes.messages.map(({ author }) => author.kind)).toEqual(["bot"]);
    expect(changes.sessions[0]?.firstResponse).toBeNull();
  });

  test("changes no other row of a long session", () => {
    const events = Array.from({ length: 5_000 }, (_, n) => {
      const fact = n % 2 === 0 ? customer(anna, String(n), at(n)) : operator(linked, String(n), at(n));
      return [linked, fact] as const;
    });
    const component = componentOf(events);
    component.settle("changes");
    add(component, [[anna, customer(anna, "last", at(5_000))]]);
    const { changes } = chatOf(component.settle("changes"), "b7");
    expect([changes.messages.length, changes.sessions.length]).toEqual([1, 1]);
  });
});

describe("a customer's 1", () => {
  const asked = [
    [linked, session(linked, "start", at(0), { sessionId: "31" })],
    [anna, customer(anna, "1", at(1))],
    [linked, operator(linked, "501", at(10))],
  ] as const;
  const system = [linked, operator(linked, "502", at(20), { authorKind: "system", authorId: "0" })] as const;
  const vote = [anna, customer(anna, "2", at(30), { vote: "like" })] as const;

  test("after a system message is the session's rating, and counts as no message", () => {
    const { changes, summary } = chatOf(componentOf([...asked, system, vote]).settle("changes"), "b7");
    expect(changes.sessions[0]?.rating).toEqual({ value: "like", at: at(30) });
    expect(summary.messages.inbound).toBe(1);
  });

  test("that answers an operator's question is a message", () => {
    const { changes, summary } = chatOf(componentOf([...asked, vote]).settle("changes"), "b7");
    expect(changes.sessions[0]?.rating).toBeNull();
    expect(summary.messages.inbound).toBe(2);
  });

  test("that an operator answers afterwards is a message after all", () => {
    const component = componentOf([...asked, system, vote]);
    component.settle("changes");
    add(component, [[linked, operator(linked, "503", at(40))]]);
    const { changes, summary } = chatOf(component.settle("changes"), "b7");
    expect(changes.sessions[0]?.rating).toBeNull();
    expect(summary.messages).toMatchObject({ inbound: 2, outbound: 2 });
  });

  test("after the finish rates the closed session, and opens none", () => {
    const finish = [linked, session(linked, "finish", at(25), { sessionId: "31" })] as const;
    const component = componentOf([...asked, finish, vote]);
    const { changes } = chatOf(component.settle("changes"), "b7");
    expect(changes.sessions).toHaveLength(1);
    expect(changes.sessions[0]).toMatchObject({ sessionId: "31", rating: { value: "like" } });
  });
});
