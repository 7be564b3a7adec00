import { EventLogError } from "@portalstream/event-log";
import { type Problem, problemOf, sendProblem } from "@portalstream/runtime";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { isEncoded } from "../content-encoding.ts";
import type { Outcomes } from "./outcomes.ts";
import { type Receiver, receive } from "./receive.ts";
import { refuse } from "./refusals.ts";

const form = "application/x-www-form-urlencoded";
const paths = [
  "/webhooks/bitrix24",
  "/webhooks/bitrix24/",
  "/webhooks/bitrix24/:application",
  "/webhooks/bitrix24/:application/",
];
const otherMethods = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"];

type WebhookRequest = { Params: { application?: string }; Body: Buffer | null };

/** `POST /webhooks/bitrix24[/{application}][/]`: 200 once the event is durable. */
export function webhookRoutes(app: FastifyInstance, to: Receiver, outcomes: Outcomes): void {
  const answer = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply => {
    outcomes.refused(request, reply, problem);
    sendProblem(reply, problem);
    return reply;
  };
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(form, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  // What is refused before the handler (type, size) is counted too.
  app.setErrorHandler((error, request, reply) => {
    // Closing while the sender still writes would break its connection before it has read the answer.
    reply.removeHeader("connection");
    request.raw.resume();
    return answer(request, reply, webhookProblem(error));
  });
  for (const url of paths) {
    const onRequest = async ({ headers }: FastifyRequest) => {
      if (isEncoded(headers)) throw refuse("unsupported_content_encoding");
    };
    app.post<WebhookRequest>(url, { onRequest }, async (request, reply) => {
      const started = performance.now();
      try {
        const { body } = request;
        if (!Buffer.isBuffer(body))
          throw refuse(
            request.headers["content-type"] === undefined ? "unsupported_media_type" : "not_a_form",
          );
        // Two slashes at the end leave a name that is empty.
        const accepted = await receive(body, request.params.application || null, to);
        outcomes.accepted(request, started, accepted);
        return reply.type("application/json").send(`{"eventId":"${accepted.event.envelope.eventId}"}`);
      } catch (error) {
        return answer(request, reply, webhookProblem(error));
      }
    });
    app.route({
      method: otherMethods,
      url,
      // The body of a method that is refused is never read.
      onRequest: async (request, reply) => answer(request, reply, refuse("method_not_allowed")),
      handler: () => {},
    });
  }
}

function webhookProblem(error: unknown): Problem {
  if (error instanceof EventLogError && error.code === "record_too_large") return refuse("too_large");
  const problem = problemOf(error);
  return problem.status < 500 ? problem : refuse("not_durable");
}
