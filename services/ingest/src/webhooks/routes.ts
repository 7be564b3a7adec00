import { Problem, problemOf } from "@portalstream/runtime";
import type { FastifyInstance, FastifyReply } from "fastify";
import type { IngestMetrics } from "../metrics.ts";
import { type Receiver, receive } from "./receive.ts";
import { refuse } from "./refusals.ts";

const form = "application/x-www-form-urlencoded";
const paths = ["/webhooks/bitrix24", "/webhooks/bitrix24/:application"];
const otherMethods = ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** `POST /webhooks/bitrix24[/{application}]`: 200 once the event is durable. */
export function webhookRoutes(app: FastifyInstance, to: Receiver, metrics: IngestMetrics): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(form, { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  // What is refused before the handler (type, size) is counted too.
  app.setErrorHandler((error, request, reply) => {
    const problem = webhookProblem(error);
    metrics.refused(problem.code);
    // Closing while the sender still writes would break its connection before it has read the answer.
    reply.removeHeader("connection");
    request.raw.resume();
    return answer(reply, problem);
  });
  for (const url of paths) {
    app.post<{ Params: { application?: string }; Body: Buffer | null }>(url, async (request, reply) => {
      const started = performance.now();
      try {
        const { body } = request;
        if (!Buffer.isBuffer(body))
          throw request.headers["content-type"] === undefined ? unsupported() : refuse("not_a_form");
        const { eventId, topic } = await receive(body, request.params.application ?? null, to);
        metrics.accepted(topic, performance.now() - started);
        return reply.type("application/json").send(`{"eventId":"${eventId}"}`);
      } catch (error) {
        const problem = webhookProblem(error);
        metrics.refused(problem.code);
        if (problem.status >= 500) request.log.error({ code: problem.code }, "webhook not kept");
        return answer(reply, problem);
      }
    });
    app.route({
      method: otherMethods,
      url,
      // The body of a method that is refused is never read.
      onRequest: async (_request, reply) => {
        metrics.refused("method_not_allowed");
        return answer(
          reply,
          new Problem({
            status: 405,
            code: "method_not_allowed",
            title: "Webhooks are sent with POST",
            headers: { allow: "POST" },
          }),
        );
      },
      handler: () => {},
    });
  }
}

const unsupported = () =>
  new Problem({ status: 415, code: "unsupported_media_type", title: `Webhooks are sent as ${form}` });

function webhookProblem(error: unknown): Problem {
  const problem = problemOf(error);
  if (problem.status < 500) return problem;
  // Whatever the reason, the sender's only remedy is to send again.
  return new Problem({
    status: 503,
    code: "not_durable",
    title: "The event could not be made durable and was not kept",
    headers: { "retry-after": "1" },
  });
}

function answer(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply
    .code(problem.status)
    .headers({ ...problem.headers })
    .type("application/problem+json")
    .send(JSON.stringify(problem));
}
