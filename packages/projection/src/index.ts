export { addChatName, externalChatOf, messageFact, messagesIn, ProjectionFault } from "./message-facts.ts";
export { Rows } from "./rows.ts";
export {
  type Projection,
  type ProjectionWorld,
  type RecordPosition,
  runProjection,
} from "./run-projection.ts";
export { addBotChatName, addBotSession, addSessions } from "./session-facts.ts";
