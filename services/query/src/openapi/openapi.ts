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
  /** Codes beyond those that every admin route may answer. */
  problems?: readonly { code: string; status: number; meaning: string }[];
};

export type Operation = {
  operationId: string;
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
const ofBodies: readonly ProblemCode[] = [
  "too_large",
  "unsupported_media_type",
  "unsupported_content_encoding",
];
const codes = Object.entries(problems).map(([code, { meaning }]) => `\`${code}\`: ${meaning}`);

/** OpenAPI 3.1 of these routes, made from the very schemas that validate them. */
export function openApiOf(routes: readonly Route[], others: readonly OtherRoute[]): OpenApi {
  const paths: Record<string, Record<string, Operation>> = {};
  const add = (path: string, method: string, operation: Omit<Operation, "operationId">) => {
    // Two templates that differ only in the names of their parameters are one path: the first one's names count.
    const known = Object.keys(paths).find((one) => shapeOf(one) === shapeOf(path)) ?? path;
    const named = { operationId: operationIdOf(method, known), ...operation };
    paths[known] = {
      ...paths[known],
      [method]: { ...named, parameters: renamed(operation.parameters, known) },
    };
  };
  for (const route of routes) add(pathOf(route.path), "get", question(route));
  for (const other of others) add(pathOf(other.path), other.method, otherOperation(other));
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
const shapeOf = (path: string): string => path.replaceAll(/\{\w+\}/g, "{}");

/** GET /v1/portals/{portal}/events → getPortalsByPortalEvents */
function operationIdOf(method: string, path: string): string {
  const words = path
    .replaceAll(/\{(\w+)\}/g, "by-$1")
    .split(/[/-]/)
    .slice(2);
  return method + words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}

function renamed(parameters: readonly Parameter[], path: string): Parameter[] {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return parameters.map((one) => (one.in === "path" ? { ...one, name: names.shift() ?? one.name } : one));
}

function question(route: Route): Omit<Operation, "operationId"> {
  const paged = "cursor" in route.querystring.properties;
  const possible: ProblemCode[] = [
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
      ...problemResponses(possible.map(described)),
    },
  };
}

function otherOperation(route: OtherRoute): Omit<Operation, "operationId"> {
  const { tag, summary, params, body, response, problems: own = [] } = route;
  const possible = [...common, "forbidden" as const, ...(body === undefined ? [] : ofBodies)];
  const answers = Object.entries(response).map(([status, schema]) => [
    status,
    { description: "Done", ...(schema.type === "null" ? {} : { content: json(schema) }) },
  ]);
  return {
    tags: [tag],
    summary,
    parameters: params === undefined ? [] : parametersOf(params, "path"),
    ...(body === undefined ? {} : { requestBody: { required: true, content: json(body) } }),
    responses: {
      ...Object.fromEntries(answers),
      ...problemResponses([...possible.map(described), ...own]),
    },
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
    code: { type: "string", description: codes.join(" ") },
    detail: { type: "string", description: "What is wrong with this request" },
  },
};

type Described = { code: string; status: number; meaning: string };
const described = (code: ProblemCode): Described => ({ code, ...problems[code] });

/** Problems by status, each status naming its codes. */
function problemResponses(
  possible: readonly Described[],
): Record<string, { description: string; content: object }> {
  const responses: Record<string, { description: string; content: object }> = {};
  for (const { code, status, meaning } of new Map(possible.map((one) => [one.code, one])).values()) {
    const before = responses[status]?.description;
    responses[status] = {
      description: `${before === undefined ? "" : `${before} `}\`${code}\`: ${meaning}`,
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    };
  }
  return responses;
}
