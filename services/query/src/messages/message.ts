import { type Static, Type } from "@sinclair/typebox";
import { orNull } from "../http/schemas.ts";
import { Time } from "../http/time.ts";

export const Directions = Type.Union([Type.Literal("inbound"), Type.Literal("outbound")]);
export const AuthorKinds = Type.Union([
  Type.Literal("customer"),
  Type.Literal("operator"),
  Type.Literal("bot"),
  Type.Literal("system"),
]);

export const MessageFile = Type.Object({
  id: orNull(Type.String({ description: "Often all that an event tells of a customer's file" })),
  name: orNull(Type.String()),
  type: orNull(Type.String()),
  mime: orNull(Type.String()),
  url: orNull(Type.String()),
  size: orNull(Type.Number({ description: "bytes" })),
});

export const Message = Type.Object({
  messageId: Type.String(),
  chatId: Type.String({ description: "Empty where no event tells the chat" }),
  connector: orNull(Type.String()),
  line: orNull(Type.String()),
  bitrixMessageId: orNull(Type.String()),
  externalMessageIds: Type.Array(Type.String()),
  direction: Directions,
  author: Type.Object({ kind: AuthorKinds, id: orNull(Type.String()), name: orNull(Type.String()) }),
  text: orNull(Type.String({ description: "The last version; a deletion leaves it. null: no event has it" })),
  files: Type.Array(MessageFile),
  isRating: Type.Boolean({ description: "The customer's rating of the session: not counted by figures" }),
  counted: Type.Boolean({ description: "Whether figures count it" }),
  sentAt: Time("When it was sent"),
  editedAt: orNull(Time("When it was last edited")),
  deletedAt: orNull(Time("When it was deleted")),
  sessionId: orNull(
    Type.String({ description: "The session that covers it; null also where that session has no known id" }),
  ),
  source: Type.Union([Type.Literal("connector"), Type.Literal("bot")], {
    description:
      "bot: only a bot's events tell of it; figures count it only in chats that no connector event covers",
  }),
  eventIds: Type.Array(Type.String(), { description: "The events that tell of it" }),
});
export type Message = Static<typeof Message>;
