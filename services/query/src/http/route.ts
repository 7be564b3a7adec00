import type { ClickHouse, Pace } from "@portalstream/clickhouse";
import { invalidRequest } from "@portalstream/runtime";
import { type Static, type TObject, type TSchema, Type } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import { Value } from "@sinclair/typebox/value";
import type { ProblemCode } from "./problems.ts";

/** Spread into the params of every route of one portal. */
export const PortalParameter = { portal: Type.String({ description: "memberId of the portal" }) };

/** Who asks. */
export type Caller = { kind: "admin" } | { kind: "key"; id: string; portals: readonly string[] };

/**
 * One question of the API, for readRoute.
 * access "portal": the path holds :portal, and the caller may read that portal (checked before the handler runs).
 */
export type RouteDeclaration<Params extends TObject, Query extends TObject, Answer extends TSchema> = {
  /** Fastify's notation: /v1/portals/:portal/events */
  path: string;
  access: "portal" | "key" | "admin";
  tag: string;
  summary: string;
  description?: string;
  params: Params;
  /** With { additionalProperties: false }: an unknown parameter is a mistake the caller wants to hear of. */
  querystring: Query;
  response: Answer;
  /** Codes beyond those that every route of this access may answer. */
  problems?: readonly ProblemCode[];
  handler(db: ClickHouse, asked: Asked<Static<Params>, Static<Query>>): Promise<Static<Answer>>;
};
/** `pace`: of what is made of the rows. */
export type Asked<Params, Query> = { params: Params; query: Query; caller: Caller; pace: Pace };

/** A declared route with its types closed over: what is registered and what OpenAPI is made from. */
export type Route = Omit<RouteDeclaration<TObject, TObject, TSchema>, "handler"> & {
  answer(db: ClickHouse, received: Asked<unknown, unknown>): Promise<unknown>;
};

export function readRoute<Params extends TObject, Query extends TObject, Answer extends TSchema>(
  declared: RouteDeclaration<Params, Query, Answer>,
): Route {
  const { handler, ...described } = declared;
  const readParams = parserOf(declared.params, "path parameter");
  const readQuery = parserOf(declared.querystring, "query parameter");
  return {
    ...described,
    answer: async (db, { params, query, ...asked }) =>
      handler(db, { ...asked, params: readParams(params), query: readQuery(query) }),
  };
}

/** Strings become the declared types, defaults are filled in; what does not fit is named in a 400. */
function parserOf<T extends TObject>(schema: T, what: string): (received: unknown) => Static<T> {
  const compiled = TypeCompiler.Compile(schema);
  return (received) => {
    const value = Value.Default(schema, typed(schema, Object(received)));
    if (compiled.Check(value)) return value;
    const name = compiled.Errors(value).First()?.path.split("/")[1] ?? "";
    if (Object.hasOwn(schema.properties, name))
      throw invalidRequest(`${what} ${name}`, expectation(schema.properties[name]));
    throw invalidRequest(`${what} ${name.slice(0, 100)}`, "is not known here");
  };
}

/** Text that plainly is a number or a truth value becomes one; any other stays text and so fails the check. */
function typed(schema: TObject, received: object): Record<string, unknown> {
  const values = Object.entries(received).map(([name, value]): [string, unknown] => {
    const type: unknown = Object.hasOwn(schema.properties, name) ? schema.properties[name]?.type : null;
    if (type === "integer" && /^-?\d{1,15}$/.test(value)) return [name, Number(value)];
    if (type === "boolean" && /^(true|false)$/.test(value)) return [name, value === "true"];
    return [name, value];
  });
  return Object.fromEntries(values);
}

function expectation(schema: TSchema | undefined): string {
  if (schema === undefined) return "is not valid";
  const choices: unknown = schema.anyOf ?? schema.enum;
  if (Array.isArray(choices)) {
    return `must be one of ${choices.map((choice) => choice?.const ?? choice?.type ?? choice).join(", ")}`;
  }
  if (schema.type === "integer" && schema.minimum !== undefined && schema.maximum !== undefined) {
    return `must be a whole number from ${schema.minimum} to ${schema.maximum}`;
  }
  if (schema.type === "boolean") return "must be true or false";
  return "is not valid";
}
