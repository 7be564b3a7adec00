import { urlencode } from "../../../simulator/src/index.ts";

/** `&data%5BDATA%5D%5Bchat%5D%5Bid%5D=` of data, DATA, chat, id: written once, since most of a body is names. */
export const key = (first: string, ...path: string[]): string =>
  `&${first}${path.map((name) => `%5B${urlencode(name)}%5D`).join("")}=`;
