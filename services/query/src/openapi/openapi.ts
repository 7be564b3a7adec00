import type { TObject, TSchema } from "@sinclair/typebox";
import { type ProblemCode, problems } from "../http/problems.ts";
import type { Route } from "../http/route.ts";

/** A route that another service serves beside the questions. */
export type OtherRoute = {
  method: "put" | "post" | "delete";
  /** Fastify's notation. */
  path: string;
  tag: string;
  summary: string;
  params?: TObject;
  body?: TSchema;
  response: Readonly<Record<number, TSchema>>;
};

export type Operation = {
  tags: string[];
  summary: string;
  description?: string;
  parameters: Parameter[];
  requestBody?: object;
  responses: Readonly<Record<string, { description: string; content?: object }>>;
};
export type Parameter = {
  name: string;
  in: "path" | "query";
  required: boolean;
  description?: string;
  schema: object;
};
export type OpenApi = {
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const common: readonly ProblemCode[] = ["invalid_request", "unauthorized", "internal", "unavailable"];

/** OpenAPI 3.1 of these routes, made from the very schemas that validate them. */
export function openApiOf(routes: readonly Route[], others: readonly OtherRoute[]): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes)
    paths[pathOf(route.path)] = { ...paths[pathOf(route.path)], get: question(route) };
  for (const other of others)
    paths[pathOf(other.path)] = { ...paths[pathOf(other.path)], [other.method]: otherOperation(other) };
  const document = {
    openapi: "3.1.0",
    info: { title: "portalstream", version: "1", description: "Questions about Bitrix24 chat events." },
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: "http", scheme: "bearer" } },
      schemas: { Problem: problemSchema },
    },
  };
  return JSON.parse(JSON.stringify(document));
}

const pathOf = (path: string): string => path.replaceAll(/:(\w+)/g, "{$1}");

function question(route: Route): Operation {
  const paged = "cursor" in route.querystring.properties;
  const codes: ProblemCode[] = [
    ...common,
    ...(paged ? (["invalid_cursor"] as const) : []),
    ...(route.access === "admin" ? (["forbidden"] as const) : []),
    ...(route.access === "portal" ? (["portal_not_found"] as const) : []),
    ...(route.problems ?? []),
  ];
  return {
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    parameters: [...parametersOf(route.params, "path"), ...parametersOf(route.querystring, "query")],
    responses: {
      200: { description: "The answer", content: json(route.response) },
      ...problemResponses(codes),
    },
  };
}

function otherOperation({ tag, summary, params, body, response }: OtherRoute): Operation {
  const answers = Object.entries(response).map(([status, schema]) => [
    status,
    { description: "Done", ...(schema.type === "null" ? {} : { content: json(schema) }) },
  ]);
  return {
    tags: [tag],
    summary,
    parameters: params === undefined ? [] : parametersOf(params, "path"),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: { ...Object.fromEntries(answers), ...problemResponses([...common, "forbidden"]) },
  };
}

function parametersOf(schema: TObject, place: "path" | "query"): Parameter[] {
  return Object.entries(schema.properties).map(([name, { description, ...own }]) => ({
    name,
    in: place,
    required: place === "path" || ((schema.required ?? []).includes(name) && own.default === undefined),
    ...(description === undefined ? {} : { description }),
    schema: own,
  }));
}

const json = (schema: TSchema) => ({ "application/json": { schema } });

const problemSchema = {
  type: "object",
  description: "RFC 9457",
  required: ["type", "title", "status", "code"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    code: { type: "string" },
    detail: { type: "string" },
  },
};

/** Problems by status, each status naming its codes. */
function problemResponses(
  codes: readonly ProblemCode[],
): Record<string, { description: string; content: object }> {
  const responses: Record<string, { description: string; content: object }> = {};
  for (const code of new Set(codes)) {
    const { status, meaning } = problems[code];
    const before = responses[status]?.description;
    responses[status] = {
      description: `${before === undefined ? "" : `${before} `}\`${code}\`: ${meaning}`,
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    };
  }
  return responses;
}
