import { type Api, at, type Json, listAt } from "../api.ts";
import { rangeQuery } from "../check-figures.ts";
import type { Comparison } from "../compare.ts";
import type { History, PortalHistory } from "../simulate.ts";

/** A few answers of the query API as people read them. */
export async function tellAnswers(api: Api, history: History): Promise<string> {
  const [portal] = history.portals;
  if (portal === undefined) return "";
  const root = `/v1/portals/${portal.portal.memberId}`;
  const times = await api.get(`${root}/analytics/response-times`, rangeQuery(history));
  const operators = await api.get(`${root}/analytics/messages`, {
    ...rangeQuery(history),
    groupBy: "operator",
  });
  return [
    ...(await tellChat(api, root, portal)),
    tellTimes(portal, at(times, "total", 0)),
    await tellBusiest(api, root, listAt(operators, "total")),
  ].join("\n");
}

async function tellChat(api: Api, root: string, { portal, truth }: PortalHistory): Promise<string[]> {
  // One that no bot repeats, so that everything in it is there once.
  const lively = truth.chats.find(
    ({ connector, bitrixChatId, messages }) =>
      connector !== null &&
      bitrixChatId !== null &&
      messages.length >= 6 &&
      messages.every(({ counted }) => counted),
  );
  const chats = await api.get(`${root}/chats`, { bitrixChatId: lively?.bitrixChatId ?? "" });
  const chat = at(chats, "items", 0);
  const messages = await api.list(`${root}/chats/${text(at(chat, "chatId"))}/messages`);
  const lines = messages.slice(0, 12).map((message) => {
    const author = at(message, "author", "name") ?? at(message, "author", "kind");
    const marks = [
      at(message, "editedAt") === null ? "" : " (edited)",
      at(message, "deletedAt") === null ? "" : " (deleted)",
    ];
    return `    ${text(at(message, "sentAt")).slice(11, 19)}  ${text(author)}: ${text(at(message, "text"))}${marks.join("")}`;
  });
  return [
    `A chat of ${portal.domain} on ${text(at(chat, "connector"))}, now ${text(at(chat, "state"))}:`,
    ...lines,
    "",
  ];
}

const tellTimes = ({ portal }: PortalHistory, total: Json): string =>
  `First response at ${portal.domain}: ${text(at(total, "count"))} sessions answered, ` +
  `half within ${seconds(at(total, "p50"))}, nine in ten within ${seconds(at(total, "p90"))}.`;

async function tellBusiest(api: Api, root: string, operators: readonly Json[]): Promise<string> {
  const [busiest] = operators.toSorted(
    (left, right) => Number(at(right, "outbound")) - Number(at(left, "outbound")),
  );
  const id = text(at(busiest, "group"));
  const said = await api.list(`${root}/messages`, { operator: id });
  const name = said.map((message) => at(message, "author", "name")).find((each) => typeof each === "string");
  return `Busiest operator: ${name ?? "nameless"} (user ${id}) with ${text(at(busiest, "outbound"))} messages.`;
}

const text = (json: Json): string => (json === null ? "–" : String(json));
const seconds = (json: Json): string => (typeof json === "number" ? `${Math.round(json)} s` : "–");

const shownDifferences = 20;

export function tellComparison(answers: readonly Comparison[]): string {
  const wrong = answers.filter(({ ok }) => !ok);
  if (wrong.length === 0) return `compared ${answers.length} answers with what was sent: all equal`;
  const differences = wrong.slice(0, shownDifferences).map(tellDifference);
  return [
    `compared ${answers.length} answers with what was sent: ${wrong.length} differ`,
    ...differences,
  ].join("\n");
}

/** Of long lists only what is on one side. */
function tellDifference({ question, expected, got }: Comparison): string {
  const only = (side: Json, other: Json): string => {
    if (!Array.isArray(side) || !Array.isArray(other)) return JSON.stringify(side);
    const known = new Set(other.map((item) => JSON.stringify(item)));
    const rest = side.map((item) => JSON.stringify(item)).filter((item) => !known.has(item));
    return `${rest.slice(0, 3).join("\n              ")} (${rest.length} of ${side.length})`;
  };
  return `  ${question}\n    sent:     ${only(expected, got)}\n    answered: ${only(got, expected)}`;
}
