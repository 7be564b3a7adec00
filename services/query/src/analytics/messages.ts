import { Type } from "@sinclair/typebox";
import { readRoute } from "../http/route.ts";
import { loadSql } from "../http/sql.ts";
import { AnswerOf, answerOf, type Figures } from "./answer.ts";
import { type FigureRow, figureRows } from "./figures.ts";
import { AnalyticsParams, AnalyticsQuery, analyticsProblems, questionOf } from "./question.ts";

const figures = {
  inbound: Type.Integer({ description: "From customers" }),
  outbound: Type.Integer({ description: "From operators and bots" }),
  system: Type.Integer({ description: "From Bitrix24 itself" }),
  edited: Type.Integer({ description: "Of these messages, those edited at any time" }),
  deleted: Type.Integer({ description: "Of these messages, those deleted at any time" }),
  chats: Type.Integer({ description: "Chats with any of these messages" }),
};
const none: Figures<typeof figures> = { inbound: 0, outbound: 0, system: 0, edited: 0, deleted: 0, chats: 0 };

const countSql = loadSql(import.meta.url, "count-messages.sql");
type Row = Figures<typeof figures> & FigureRow;

/** GET analytics/messages */
export const messageFigures = readRoute({
  path: "/v1/portals/:portal/analytics/messages",
  access: "portal",
  tag: "analytics",
  summary: "How many messages were sent",
  description: "groupBy operator counts the messages that operators sent, by who sent them.",
  params: AnalyticsParams,
  querystring: AnalyticsQuery,
  response: AnswerOf(figures),
  problems: analyticsProblems,
  handler: async (db, { params: { portal }, query, pace }) => {
    const question = await questionOf(query, pace);
    const rows = await figureRows<Row>(db, countSql, portal, question, pace);
    return answerOf(question, rows.groups, pace, (group, bucket) => figuresOf(rows.of(group, bucket)));
  },
});

function figuresOf(row: Row | undefined): Figures<typeof figures> {
  if (row === undefined) return none;
  const { inbound, outbound, system, edited, deleted, chats } = row;
  return { inbound, outbound, system, edited, deleted, chats };
}
