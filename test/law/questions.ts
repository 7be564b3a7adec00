type Ask = (path: string) => Promise<unknown>;
type Item = Record<string, unknown>;
type Texts = Readonly<Record<string, string>>;
type Parameter = { name: string; in: "path" | "query"; schema: Item };

/** Routes that tell nothing of events. */
const exceptions: Texts = {
  "/v1/api-keys": "keys are made by people",
};

/** The histories lie around the turn of the year before and in 2026. */
const fixed: Texts = {
  from: "2025-12-01T00:00:00Z",
  to: "2027-01-01T00:00:00Z",
  interval: "week",
  timezone: "Europe/Berlin",
};

/** Filters are shared out among so many histories: each of them costs an answer of the engine. */
export const shares = 3;

/**
 * What the query API answers about a portal, as its own description lists the questions: every route, and of the filters and second
 * pages of lists and the groups of figures those of this share. Ids and the filters' values are taken from what the lists answer.
 * Throws where a path or a parameter is described that this knows no value for.
 */
export async function everyAnswer(ask: Ask, portal: string, share: number): Promise<[string, unknown][]> {
  const { paths } = Object(await ask("/openapi.json"));
  const gone = Object.keys(exceptions).filter((path) => !(path in paths));
  if (gone.length > 0) throw new Error(`no such routes: ${gone}`);
  const known = await valuesOf(ask, portal);
  const answers: [string, unknown][] = [];
  const tell = async (question: string): Promise<Item> => {
    const answer = Object(await ask(question));
    answers.push([question, answer]);
    return answer;
  };
  let nth = 0;
  for (const [template, { get }] of Object.entries<{ get?: { parameters: Parameter[] } }>(paths)) {
    if (get === undefined || template in exceptions) continue;
    const query = get.parameters.filter((one) => one.in === "query");
    const base = baseOf(query);
    const narrowed = query.flatMap((one) =>
      one.name in base && one.name !== "limit" ? [] : narrowings(one, template, known),
    );
    for (const path of filled(template, known)) {
      const url = (more: Texts) => `${path}?${new URLSearchParams({ ...base, ...more })}`;
      await tell(url({}));
      for (const more of narrowed) {
        nth += 1;
        if (nth % shares !== share) continue;
        const { nextCursor } = await tell(url(more));
        if ("limit" in more && typeof nextCursor === "string")
          await tell(url({ ...more, cursor: nextCursor }));
      }
    }
  }
  return answers;
}

function baseOf(parameters: readonly Parameter[]): Texts {
  const names = parameters.map(({ name }) => name);
  if (names.includes("interval")) return fixed;
  return names.includes("limit") ? { limit: "1000" } : {};
}

/** What to add to a question: each value of the parameter, or of a list its first page, whose cursor leads to the second. */
function narrowings({ name, schema }: Parameter, place: string, known: Values): Texts[] {
  if (name === "limit") return [{ limit: "1" }];
  if (name === "cursor") return [];
  return (choicesOf(schema) ?? valuesFor(name, place, known)).map((value) => ({ [name]: value }));
}

/** What a parameter of few values may be. */
function choicesOf({ anyOf, type, default: fallback }: Item): string[] | null {
  if (type === "boolean") return ["true", "false"];
  if (!Array.isArray(anyOf)) return null;
  return anyOf.map((one) => String(Object(one).const)).filter((one) => one !== fallback);
}

type Values = Readonly<Record<string, readonly string[]>>;

function valuesFor(name: string, place: string, known: Values): readonly string[] {
  const values = known[name];
  if (values === undefined) throw new Error(`${place}: no value is known for ${name}`);
  return values;
}

/** The path for every value of its parameters. */
function filled(template: string, known: Values): string[] {
  const name = /\{(\w+)\}/.exec(template)?.[1];
  if (name === undefined) return [template];
  return valuesFor(name, template, known).flatMap((value) =>
    filled(template.replace(`{${name}}`, encodeURIComponent(value)), known),
  );
}

/** Of a history whose answers are the same in every course these are the same too. */
async function valuesOf(ask: Ask, portal: string): Promise<Values> {
  const list = async (name: string): Promise<Item[]> =>
    Object(await ask(`/v1/portals/${portal}/${name}?limit=1000`)).items;
  const [chats, messages, events] = [await list("chats"), await list("messages"), await list("events")];
  const sessions = await list("sessions");
  const some = (items: readonly Item[], read: (item: Item) => unknown): string[] => {
    const found = new Set(items.map(read).filter((value) => typeof value === "string"));
    return [...found].sort().slice(0, 1);
  };
  const middle = messages[Math.floor(messages.length / 2)];
  const time = some(middle === undefined ? [] : [middle], (message) => message.sentAt);
  return {
    portal: [portal],
    chatId: chats.map((chat) => String(chat.chatId)),
    from: time,
    to: time,
    line: some(messages, (message) => message.line),
    connector: some(messages, (message) => message.connector),
    externalChatId: some(chats, (chat) => chat.externalChatId),
    bitrixChatId: some(chats, (chat) => chat.bitrixChatId),
    firstResponseBy: some(sessions, (session) => session.firstResponseBy),
    minWait: ["30"],
    operator: some(messages, ({ author }) => (Object(author).kind === "operator" ? Object(author).id : null)),
    q: some(messages, (message) => message.text || null),
    name: some(events, (event) => event.name),
    eventId: some(events, (event) => event.eventId),
  };
}
