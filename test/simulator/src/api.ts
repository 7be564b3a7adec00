/** What came over HTTP, looked at with care: a field that is not there reads as null. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

export class ApiFailure extends Error {
  readonly status: number;
  constructor(what: string, status: number, body: string) {
    super(`${what} answered ${status}: ${body.slice(0, 300)}`);
    this.status = status;
  }
}

export type Api = {
  get(path: string, query?: Record<string, string>): Promise<Json>;
  /** All items of a list, page by page. */
  list(path: string, query?: Record<string, string>): Promise<Json[]>;
  put(path: string, body: Json): Promise<Json>;
};

const pageSize = "500";

export function createApi(url: string, key: string): Api {
  async function call(
    method: string,
    path: string,
    query: Record<string, string>,
    body?: Json,
  ): Promise<Json> {
    const target = new URL(path, url);
    target.search = new URLSearchParams(query).toString();
    const answer = await fetch(target, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new ApiFailure(`${method} ${target.pathname}${target.search}`, answer.status, text);
    return JSON.parse(text);
  }
  const get = (path: string, query: Record<string, string> = {}) => call("GET", path, query);
  return {
    get,
    put: (path, body) => call("PUT", path, {}, body),
    async list(path, query = {}) {
      const items: Json[] = [];
      let cursor: Json = "";
      do {
        const page: Json = await get(path, {
          ...query,
          limit: pageSize,
          ...(cursor === "" ? {} : { cursor }),
        });
        items.push(...itemsOf(page));
        cursor = at(page, "nextCursor");
      } while (typeof cursor === "string");
      return items;
    },
  };
}

export const itemsOf = (page: Json): Json[] => listAt(page, "items");

export function at(json: Json | undefined, ...path: (string | number)[]): Json {
  let here: Json | undefined = json;
  for (const key of path) {
    if (Array.isArray(here)) here = here[Number(key)];
    else if (typeof here === "object" && here !== null) here = here[key];
    else return null;
  }
  return here ?? null;
}

export function listAt(json: Json, ...path: string[]): Json[] {
  const found = at(json, ...path);
  return Array.isArray(found) ? found : [];
}
