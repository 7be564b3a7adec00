import { parse } from "fast-querystring";
import Fastify from "fastify";

// The reference: a bare Fastify server that parses the same form and answers; it keeps and checks nothing.
const app = Fastify();
app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_request, body, done) =>
  done(null, parse(body.toString())),
);
app.post("/webhooks/bitrix24", async () => ({ ok: true }));
const url = await app.listen({ host: "127.0.0.1", port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);
