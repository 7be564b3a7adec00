import type { OpenApi, Operation } from "./openapi.ts";

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);
const code = (text: string): string => escapeHtml(text).replace(/`([^`]+)`/g, "<code>$1</code>");

/** Stands where the origin belongs. */
const mark = "https://origin.invalid";

/**
 * The OpenAPI document as a page that people read: every question with its parameters, an example and the shape of its answer. Made once.
 * `origin` is where the page was asked for: the examples go there.
 */
export function docsPage(document: OpenApi): (origin: string) => string {
  const page = pageOf(document, mark);
  return (origin) => page.replaceAll(mark, () => escapeHtml(origin));
}

function pageOf(document: OpenApi, origin: string): string {
  const sections = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) =>
      section(method.toUpperCase(), origin, path, operation),
    ),
  );
  const setting =
    "export KEY=…     # the admin key, or a key of your portals\nexport PORTAL=…  # a memberId of GET /v1/portals";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>portalstream API</title><link rel="stylesheet" href="/page.css"></head>
<body><header><h1>portalstream API</h1>
<p>Send <code>Authorization: Bearer KEY</code> with every question. Lists answer <code>items</code> and <code>nextCursor</code>; give the
cursor back as <code>cursor</code> to go on. Times are ISO 8601 UTC. Errors are <code>application/problem+json</code> with a
<code>code</code>. For machines: <a href="/openapi.json">openapi.json</a>. <a href="/">Back</a>.</p>
<p>The examples below run in a shell that knows:</p><pre>${setting}</pre></header>
<main>${sections.join("\n")}</main></body></html>`;
}

function section(method: string, origin: string, path: string, operation: Operation): string {
  const rows = operation.parameters.map(
    ({ name, in: place, required, description, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td>${place}${required ? ", required" : ""}</td><td>${code(description ?? "")} ${kindOf(schema)}</td></tr>`,
  );
  const answers = Object.entries(operation.responses).map(
    ([status, { description, content }]) =>
      `<dt>${status}</dt><dd>${code(description)}${status < "300" ? shape(content) : ""}</dd>`,
  );
  return `<section><h2><b>${method}</b> ${escapeHtml(path)}</h2><p>${code(operation.summary)}. ${code(operation.description ?? "")}</p>
<pre>${escapeHtml(example(method, `${origin}${path}`, operation))}</pre>
${rows.length === 0 ? "" : `<table>${rows.join("")}</table>`}
${operation.requestBody === undefined ? "" : `<h3>Body</h3>${shape(Reflect.get(operation.requestBody, "content"))}`}
<dl>${answers.join("")}</dl></section>`;
}

function kindOf(schema: object): string {
  const { type, anyOf, default: fallback, examples } = Object(schema);
  const choices: unknown = Array.isArray(anyOf)
    ? anyOf.map((one) => one.const ?? one.type).join(" | ")
    : type;
  const more = [
    fallback === undefined ? "" : `default ${fallback}`,
    Array.isArray(examples) ? `such as ${examples[0]}` : "",
  ];
  return `<small>${escapeHtml([choices, ...more].filter(Boolean).join(", "))}</small>`;
}

function example(method: string, url: string, operation: Operation): string {
  // {chatId} → $CHAT_ID: a name to set in the shell. curl itself would read meaning into braces.
  const variable = (name: string) => `$${name.replaceAll(/(?=[A-Z])/g, "_").toUpperCase()}`;
  const address = url.replaceAll(/\{(\w+)\}/g, (_, name) => variable(name));
  const verb = method === "GET" ? "" : `-X ${method} `;
  const line = `curl ${verb}-H "Authorization: Bearer $KEY" "${address}"`;
  const body = schemaOf(Reflect.get(operation.requestBody ?? {}, "content"));
  if (body === undefined) return line;
  return `${line} \\\n  -H "Content-Type: application/json" -d '${JSON.stringify(outline(body))}'`;
}

const schemaOf = (content: unknown): unknown => Object(Object(content)["application/json"]).schema;

function shape(content: unknown): string {
  const schema = schemaOf(content);
  return schema === undefined ? "" : `<pre>${escapeHtml(JSON.stringify(outline(schema), null, 1))}</pre>`;
}

/** A schema as the value it describes. */
function outline(schema: unknown): unknown {
  const { type, properties, items, anyOf, const: fixed, examples } = Object(schema);
  if (fixed !== undefined) return fixed;
  if (Array.isArray(anyOf)) {
    const [first, ...rest] = anyOf.map(outline);
    return rest.every((one) => typeof one === "string") ? [first, ...rest].join(" | ") : first;
  }
  if (type === "array") return [outline(items)];
  if (properties !== undefined)
    return Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, outline(one)]));
  return Array.isArray(examples) ? examples[0] : (type ?? "any");
}
