/** What identity needs of one family's event, and the fields beside it, as pairs of bracketed key and value under `data`. */
export type Body = {
  event: string;
  identity: Readonly<Record<string, string>>;
  side: Readonly<Record<string, string>>;
};

const customerPlace = {
  "[DATA][connector][connector_id]": "viber",
  "[DATA][connector][line_id]": "3",
  "[DATA][connector][chat_id]": "guest-7",
};
const operatorFile = {
  "[DATA][message][files][0][name]": "plan.pdf",
  "[DATA][message][files][0][type]": "file",
  "[DATA][message][files][0][link]": "https://x/plan",
  "[DATA][message][files][0][size]": "1024",
};
const params = {
  "[PARAMS][DIALOG_ID]": "chat41",
  "[PARAMS][FROM_USER_ID]": "500",
  "[PARAMS][CHAT_TYPE]": "L",
  "[PARAMS][MESSAGE_TYPE]": "L",
  "[PARAMS][CHAT_ENTITY_TYPE]": "LINES",
  "[PARAMS][CHAT_ENTITY_ID]": "viber|3|guest-7|500",
  "[PARAMS][CHAT_ENTITY_DATA_1]": "Y|DEAL|31|N|N|7001|1789999000|0|0|0",
  "[PARAMS][CHAT_ENTITY_DATA_2]": "LEAD|0|COMPANY|0|CONTACT|9|DEAL|31",
};
const user = {
  "[USER][ID]": "500",
  "[USER][NAME]": "Iris",
  "[USER][IS_BOT]": "N",
  "[USER][IS_CONNECTOR]": "Y",
};
const v2 = {
  "[bot][code]": "helper",
  "[chat][id]": "41",
  "[chat][dialogId]": "chat41",
  "[chat][type]": "lines",
  "[chat][entityType]": "LINES",
  "[chat][entityId]": "viber|3|guest-7|500",
  "[chat][entityData1]": "Y|DEAL|31|N|N|7001|1789999000|0|0|0",
  "[chat][entityData2]": "LEAD|0|COMPANY|0|CONTACT|9|DEAL|31",
  "[user][id]": "500",
  "[user][name]": "Iris",
  "[user][bot]": "0",
  "[user][connector]": "1",
  "[language]": "en",
};
const v2Message = {
  "[message][chatId]": "41",
  "[message][authorId]": "500",
  "[message][text]": "see",
  "[message][isSystem]": "0",
  "[message][params][FILE_ID][0]": "88",
};

export const customerMessage: Body = {
  event: "ONOPENLINEMESSAGEADD",
  identity: { ...customerPlace, "[DATA][message][id]": "g-1" },
  side: {
    "[DATA][connector][user_id]": "500",
    "[DATA][chat][id]": "guest-7",
    "[DATA][chat][name]": "Iris",
    "[DATA][message][text]": "see",
    "[DATA][message][user_id]": "500",
    "[DATA][message][system]": "N",
    "[DATA][message][date]": "",
    "[DATA][message][attachments][0][name]": "a",
    "[DATA][message][params][x]": "y",
    "[DATA][message][files][0]": "88",
    "[DATA][message][files][1]": "89",
    "[DATA][ref][source]": "ad",
    "[DATA][extra][EXTRA_URL]": "",
    "[DATA][user][name]": "Iris",
  },
};

export const operatorMessage: Body = {
  event: "ONOPENLINEMESSAGEADD",
  identity: { "[CONNECTOR]": "viber", "[DATA][message][id]": "900" },
  side: {
    "[LINE]": "3",
    "[DATA][connector][connector_id]": "viber",
    "[DATA][connector][line_id]": "3",
    "[DATA][connector][chat_id]": "guest-7",
    "[DATA][connector][user_id]": "500",
    "[DATA][message][chat_id]": "41",
    "[DATA][message][user_id]": "7",
    "[DATA][message][text]": "[b]Ann:[/b] [br]here",
    "[DATA][message][system]": "N",
    "[DATA][no_session]": "N",
    ...operatorFile,
  },
};

const edit: Body = {
  event: "ONOPENLINEMESSAGEUPDATE",
  identity: { "[CONNECTOR]": "viber", "[DATA][im][message_id]": "900" },
  side: {
    "[LINE]": "3",
    "[DATA][im][chat_id]": "41",
    "[DATA][message][id][0]": "g-1",
    "[DATA][message][text]": "there",
    "[DATA][chat][id]": "guest-7",
  },
};

const leaving: Body = {
  event: "ONIMCONNECTORMESSAGEADD",
  identity: { "[CONNECTOR]": "viber", "[MESSAGES][0][im][message_id]": "900" },
  side: {
    "[LINE]": "3",
    "[MESSAGES][0][im][chat_id]": "41",
    "[MESSAGES][0][message][id][0]": "g-1",
    "[MESSAGES][0][message][user_id]": "7",
    "[MESSAGES][0][message][text]": "here",
    "[MESSAGES][0][message][files][0][name]": "plan.pdf",
    "[MESSAGES][0][chat][id]": "guest-7",
  },
};

export const dialog: Body = {
  event: "ONIMCONNECTORDIALOGSTART",
  identity: { "[CONNECTOR]": "viber", "[DATA][0][connector][chat_id]": "8" },
  side: {
    "[LINE]": "3",
    "[DATA][0][connector][connector_id]": "viber",
    "[DATA][0][connector][line_id]": "3",
    "[DATA][0][connector][user_id]": "0",
    "[DATA][0][session][id]": "640",
    "[DATA][0][session][closed]": "N",
    "[DATA][0][session][parent_id]": "0",
    "[DATA][0][session][close_term]": "15",
    "[DATA][0][chat][id]": "8",
    "[DATA][0][user][id]": "500",
  },
};

export const session: Body = {
  event: "ONSESSIONFINISH",
  identity: { "[DATA][chat][chat_id]": "41" },
  side: {
    "[DATA][connector][connector_id]": "viber",
    "[DATA][connector][line_id]": "3",
    "[DATA][connector][chat_id]": "41",
    "[DATA][connector][user_id]": "500",
    "[DATA][line][id]": "3",
    "[DATA][line][name]": "Support",
  },
};

export const botMessage: Body = {
  event: "ONIMBOTMESSAGEADD",
  identity: { "[PARAMS][MESSAGE_ID]": "18" },
  side: {
    "[BOT][64][BOT_ID]": "64",
    "[BOT][64][BOT_CODE]": "helper",
    "[PARAMS][TO_CHAT_ID]": "41",
    "[PARAMS][MESSAGE]": "see",
    "[PARAMS][SYSTEM]": "N",
    "[PARAMS][AUTHOR_ID]": "500",
    "[PARAMS][FILES][88][id]": "88",
    "[PARAMS][FILES][88][name]": "a.png",
    ...params,
    ...user,
  },
};

export const botMessageV2: Body = {
  event: "ONIMBOTV2MESSAGEADD",
  identity: { "[bot][id]": "64", "[message][id]": "18" },
  side: { ...v2, ...v2Message },
};

/** An event of each family. */
export const bodies: readonly Body[] = [
  customerMessage,
  operatorMessage,
  edit,
  { ...edit, event: "ONOPENLINEMESSAGEDELETE" },
  leaving,
  { ...leaving, event: "ONIMCONNECTORMESSAGEUPDATE" },
  dialog,
  session,
  botMessage,
  { ...botMessage, event: "ONIMBOTMESSAGEDELETE" },
  {
    event: "ONIMBOTJOINCHAT",
    identity: { "[PARAMS][BOT_ID]": "64" },
    side: { "[PARAMS][CHAT_ID]": "41", "[PARAMS][USER_ID]": "9", ...params, ...user },
  },
  {
    event: "ONIMCOMMANDADD",
    identity: { "[COMMAND][5][BOT_ID]": "64" },
    side: {
      "[COMMAND][5][BOT_CODE]": "helper",
      "[COMMAND][5][COMMAND]": "help",
      "[COMMAND][5][COMMAND_ID]": "5",
      "[COMMAND][5][COMMAND_PARAMS]": "me",
      "[COMMAND][5][COMMAND_CONTEXT]": "TEXTAREA",
      "[COMMAND][5][MESSAGE_ID]": "18",
      "[PARAMS][TO_CHAT_ID]": "41",
      ...params,
      ...user,
    },
  },
  { event: "ONIMBOTDELETE", identity: { "[BOT_ID]": "64" }, side: { "[BOT_CODE]": "helper" } },
  botMessageV2,
  {
    event: "ONIMBOTV2MESSAGEDELETE",
    identity: { "[bot][id]": "64", "[messageId]": "18" },
    side: { ...v2, ...v2Message },
  },
  {
    event: "ONIMBOTV2JOINCHAT",
    identity: { "[bot][id]": "64" },
    side: { ...v2, "[dialogId]": "chat41" },
  },
  {
    event: "ONIMBOTV2COMMANDADD",
    identity: { "[bot][id]": "64" },
    side: {
      ...v2,
      ...v2Message,
      "[message][id]": "18",
      "[command][id]": "5",
      "[command][command]": "/help",
      "[command][params]": "me",
      "[command][context]": "textarea",
    },
  },
  {
    event: "ONIMBOTV2REACTIONCHANGE",
    identity: { "[bot][id]": "64" },
    side: { ...v2, "[messageId]": "18", "[reaction]": "like", "[action]": "set" },
  },
  { event: "ONIMBOTV2DELETE", identity: { "[bot][id]": "64" }, side: { "[bot][code]": "helper" } },
  {
    event: "ONAPPUNINSTALL",
    identity: {},
    side: { "[LANGUAGE_ID]": "en", "[CLEAN]": "1", "[VERSION]": "2", "[STATUS]": "F" },
  },
  { event: "ONIMCONNECTORSTATUSDELETE", identity: { "[connector]": "viber" }, side: { "[line]": "3" } },
];
