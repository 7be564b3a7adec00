import type { CrmEntity } from "../records.gen.ts";

/** What `CHAT_ENTITY_ID` names in an open line, the USER_CODE: `connector|line|external chat|connector user`; user 0: all of them. */
export type OpenLinePlace = {
  connector: string;
  line: string;
  externalChatId: string;
  userId: string | null;
};

export function openLinePlace(entityId: string | null): OpenLinePlace | null {
  if (entityId === null) return null;
  const [connector, line, ...rest] = entityId.split("|");
  // The connector gives the chat's id, which may hold the separator; a line and a user are numbers.
  const userId = rest.length > 1 ? rest.pop() : null;
  const externalChatId = rest.join("|");
  if (!connector || !line || externalChatId === "") return null;
  return { connector, line, externalChatId, userId: userId || null };
}

/**
 * `CHAT_ENTITY_DATA_1`: CRM Y/N | CRM type | CRM id | pause | wait | session id | session created (unix seconds) | …;
 * `CHAT_ENTITY_DATA_2`: type | id | type | id | …, 0 for none.
 */
export function entityData(data1: string | null, data2: string | null) {
  const [, type, id, , , session, created] = (data1 ?? "").split("|");
  const crm = new Map<string, CrmEntity>();
  const add = (entityType: string | undefined, entityId: string | undefined) => {
    if (entityType && entityType !== "NONE" && entityId && entityId !== "0")
      crm.set(`${entityType}|${entityId}`, { type: entityType.toLowerCase(), id: entityId });
  };
  add(type, id);
  const pairs = (data2 ?? "").split("|");
  for (let at = 0; at + 1 < pairs.length; at += 2) add(pairs[at], pairs[at + 1]);
  return {
    sessionId: session && session !== "0" ? session : null,
    sessionOpenedAt: created && /^[1-9]\d{0,9}$/.test(created) ? Number(created) * 1000 : null,
    crm: [...crm.values()],
  };
}

const chatTypes: ReadonlyMap<string, string> = new Map([
  ["P", "private"],
  ["private", "private"],
  ["user", "private"],
  ["C", "group"],
  ["chat", "group"],
  ["O", "open"],
  ["open", "open"],
  ["L", "openLine"],
  ["lines", "openLine"],
  ["S", "system"],
]);

export const chatTypeOf = (letter: string | null): string | null =>
  letter === null ? null : (chatTypes.get(letter) ?? letter);

/** `chat1157` names the chat 1157; a bare number names a user. */
export const chatOfDialog = (dialogId: string | null): string | null =>
  /^chat(\d+)$/.exec(dialogId ?? "")?.[1] ?? null;
