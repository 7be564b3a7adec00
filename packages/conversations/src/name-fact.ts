import type { Place } from "./fact.ts";

/** That events named a chat so, the last time at `last`. `user`, `bitrixChat`: "" where they do not tell it; `place`: null likewise. */
export type NameFact = {
  place: Place | null;
  user: string;
  bitrixChat: string;
  connector: string;
  line: string;
  last: number;
};

/** The name of a chat that is known by its external name alone; without the user where that is "". */
export type Naming = (place: Place, user: string) => string;

/** What a chat is shown as. */
export type Face = { connector: string; line: string; externalChatId: string; namedAt: number };

export const chatOfBitrix = (bitrixChat: string) => `b${bitrixChat}`;
