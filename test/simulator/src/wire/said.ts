import type { PhpMap } from "../encode-php.ts";
import type { Line, Person } from "../world.ts";

/** A chat of an open line, as its portal knows it. */
export type Chat = {
  line: Line;
  customer: Person;
  externalChatId: string;
  bitrixChatId: string;
  deal: string | null;
};

/** One utterance, as its portal knows it. */
export type Said = {
  at: number;
  bitrixMessageId: string;
  /** The connector's ids: of a customer's message one, of an operator's those that delivery was confirmed with. */
  externalIds: readonly string[];
  author: Person;
  system: boolean;
  /** As displayed in Bitrix24, without a signature. */
  text: string;
  signature: string | null;
  files: readonly string[];
};

export type OpenSession = { id: string; openedAt: number };

export const signed = (said: Said): string =>
  said.signature === null ? said.text : `[b]${said.signature}:[/b] [br]${said.text}`;

export const file = (name: string, domain: string): PhpMap => ({
  name,
  type: /\.(jpe?g|png)$/.test(name) ? "image" : "file",
  mime: /\.(jpe?g|png)$/.test(name) ? "image/jpeg" : "application/pdf",
  link: `https://${domain}/~${name.length}aBcDe`,
  downloadLink: `https://${domain}/~${name.length}aBcDe?d=1&n=${name}`,
  size: String(1024 * name.length),
  sizef: `${name.length} KB`,
});
