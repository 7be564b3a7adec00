import type { PhpMap } from "../encode-php.ts";
import type { Line, Person } from "../world.ts";

/** A chat of an open line, as its portal knows it. */
export type Chat = {
  line: Line;
  customer: Person;
  /** All customers who write in it: more than one in a group chat. */
  members: readonly Person[];
  /** The user of its USER_CODE: the customer, or 0 in a group chat. */
  code: string;
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
  files: readonly File[];
};

/** Of a customer's file a connector's event tells the id alone. */
export type File = { id: string; name: string };

export type OpenSession = { id: string; openedAt: number };

export const signed = (said: Said): string =>
  said.signature === null ? said.text : `[b]${said.signature}:[/b] [br]${said.text}`;

export const fileIds = ({ files }: Said): PhpMap[string] => files.map(({ id }) => id);

/** A link to a file lets in whoever has it. */
export const file = ({ id, name }: File, domain: string): PhpMap => ({
  name,
  type: /\.(jpe?g|png)$/.test(name) ? "image" : "file",
  mime: /\.(jpe?g|png)$/.test(name) ? "image/jpeg" : "application/pdf",
  link: linkOf(id, domain),
  downloadLink: `${linkOf(id, domain)}&d=1&n=${name}`,
  size: String(1024 * name.length),
  sizef: `${name.length} KB`,
});

const linkOf = (id: string, domain: string): string =>
  `https://${domain}/rest/imopenlines.file.download/?id=${id}&auth=${linkSecret}${id}`;

/** What every link's token begins with. */
export const linkSecret = "5eed0f11e70ce2";
