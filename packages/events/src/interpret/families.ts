import { botCommand, botDelete, botInChat, botMessages } from "./bots-v1.ts";
import { botDeleteV2, botInChatV2, botMessagesV2 } from "./bots-v2.ts";
import { connectorMessages } from "./connector-messages.ts";
import type { Interpreter } from "./interpreter.ts";
import { openLineMessages } from "./open-line-messages.ts";
import { connectorOff, lineDelete, portalLifecycle, portalSettings } from "./portals.ts";
import { sessions } from "./sessions.ts";

/** Every event that is understood, by its upper-cased name. Anything else is kept as `other`. */
export const families: ReadonlyMap<string, Interpreter> = new Map([
  ["ONOPENLINEMESSAGEADD", openLineMessages("add")],
  ["ONOPENLINEMESSAGEUPDATE", openLineMessages("edit")],
  ["ONOPENLINEMESSAGEDELETE", openLineMessages("delete")],
  ["ONIMCONNECTORMESSAGEADD", connectorMessages("add")],
  ["ONIMCONNECTORMESSAGEUPDATE", connectorMessages("edit")],
  ["ONIMCONNECTORMESSAGEDELETE", connectorMessages("delete")],
  ["ONSESSIONSTART", sessions("session", "start")],
  ["ONSESSIONFINISH", sessions("session", "finish")],
  ["ONIMCONNECTORDIALOGSTART", sessions("dialog", "start")],
  ["ONIMCONNECTORDIALOGFINISH", sessions("dialog", "finish")],
  ["ONIMCONNECTORSTATUSDELETE", connectorOff],
  ["ONIMCONNECTORLINEDELETE", lineDelete],
  ["ONIMBOTMESSAGEADD", botMessages("add")],
  ["ONIMBOTMESSAGEUPDATE", botMessages("edit")],
  ["ONIMBOTMESSAGEDELETE", botMessages("delete")],
  ["ONIMBOTJOINCHAT", botInChat("join")],
  ["ONIMBOTCONTEXTGET", botInChat("context")],
  ["ONIMBOTDELETE", botDelete],
  ["ONIMCOMMANDADD", botCommand],
  ["ONIMBOTV2MESSAGEADD", botMessagesV2("add")],
  ["ONIMBOTV2MESSAGEUPDATE", botMessagesV2("edit")],
  ["ONIMBOTV2MESSAGEDELETE", botMessagesV2("delete")],
  ["ONIMBOTV2JOINCHAT", botInChatV2("join")],
  ["ONIMBOTV2CONTEXTGET", botInChatV2("context")],
  ["ONIMBOTV2COMMANDADD", botInChatV2("command")],
  ["ONIMBOTV2REACTIONCHANGE", botInChatV2("reaction")],
  ["ONIMBOTV2DELETE", botDeleteV2],
  ["ONAPPINSTALL", portalLifecycle("install")],
  ["ONAPPUPDATE", portalLifecycle("update")],
  ["ONAPPUNINSTALL", portalLifecycle("uninstall")],
  ["ONAPPPAYMENT", portalLifecycle("payment")],
  ["ONAPPMETHODCONFIRM", portalLifecycle("methodConfirm")],
  ["ONAPPTEST", portalLifecycle("test")],
  ["ONAPPUSERREADY", portalLifecycle("userReady")],
  ["ONSUBSCRIPTIONRENEW", portalLifecycle("subscriptionRenew")],
  ["ONOFFLINEEVENT", portalLifecycle("offline")],
  ["ONAPPSETTINGSINSTALL", portalSettings],
  ["ONAPPSETTINGSDISPLAY", portalSettings],
  ["ONAPPSETTINGSCHANGE", portalSettings],
]);
