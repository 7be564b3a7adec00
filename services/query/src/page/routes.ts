import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import { docsPage } from "../openapi/docs-page.ts";
import type { OpenApi } from "../openapi/openapi.ts";

const headers = {
  "content-security-policy":
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
};
const file = (name: string): string => readFileSync(new URL(name, import.meta.url), "utf8");

/** The status page, the API's description for people and for machines. None of them needs a key: they hold no data. */
export function pageRoutes(app: FastifyInstance, document: OpenApi): void {
  const pages = [
    ["/", "text/html; charset=utf-8", file("index.html")],
    ["/page.js", "text/javascript; charset=utf-8", file("page.js")],
    ["/page.css", "text/css; charset=utf-8", file("page.css")],
    ["/openapi.json", "application/json; charset=utf-8", JSON.stringify(document)],
  ] as const;
  for (const [path, type, text] of pages)
    app.get(path, (_request, reply) => reply.headers(headers).type(type).send(text));
  const docs = docsPage(document);
  app.get("/docs", ({ protocol, host }, reply) =>
    reply
      .headers(headers)
      .type("text/html; charset=utf-8")
      .send(docs(`${protocol}://${host}`)),
  );
}
