import { type DecodedForm, type EncodingFault, FormError, type FormPair, type ParsedKey } from "./form.ts";
import { parseKey } from "./key.ts";
import { followsAt, type KnownKey, learnKey, recallKey, startOfBody } from "./key-cache.ts";
import { type DecodeNotes, decodeText, marks } from "./percent.ts";
import { FormTree } from "./tree.ts";

const maxPairs = 10_000;
/** A body of thousands of invented keys must not push the usual ones out of the cache. */
const maxLearntPerBody = 64;

const ampersand = 0x26;
const equalsSign = 0x3d;

const encoded = 1;
const ending = 2;
const marked = 4;
const classOf = new Uint8Array(256).fill(encoded, 0x80);
classOf["+".charCodeAt(0)] = encoded;
for (const mark of marks) classOf[mark] = marked;
classOf["%".charCodeAt(0)] = encoded;
classOf[ampersand] = ending;

/**
 * Reads what PHP's http_build_query wrote, by the rules of PHP's $_POST. Throws FormError and nothing else.
 * A body with a broken encoding is read as well as can be, so that its sender can still be told.
 */
export function decodeForm(body: Buffer): DecodedForm {
  // One character a byte: to cut it up costs no copy and no call out of JavaScript.
  const raw = body.toString("latin1");
  const size = body.length;
  const pairs: FormPair[] = [];
  const tree = new FormTree();
  const notes: DecodeNotes = { reason: null, marked: false };
  let encodingFault: EncodingFault | null = null;
  let isForm = false;
  let learnt = 0;
  let previous: KnownKey | null = startOfBody();

  for (let at = 0; at < size; at++) {
    if (body[at] === ampersand) continue;
    if (pairs.length === maxPairs) throw new FormError("too_many_keys");
    const start = at;
    let key: ParsedKey;

    const guess: KnownKey | null = previous === null ? null : previous.next;
    if (guess !== null && followsAt(body, start, guess)) {
      key = guess.key;
      previous = guess;
      at += guess.bytes.length;
      isForm = true;
    } else {
      at = endOfKey(body, start);
      const hasValue = body[at] === equalsSign;
      const sent = raw.slice(start, at);
      let known = recallKey(sent) ?? null;
      if (known !== null) key = known.key;
      else {
        const text = decodeText(body, start, at, notes);
        key = parseKey(text, sent, notes.reason !== null);
        if (hasValue && notes.reason === null && learnt < maxLearntPerBody) {
          known = learnKey(body.subarray(start, at + 1), key);
          learnt++;
        }
      }
      if (previous !== null) previous.next = known;
      previous = known;
      if (hasValue) {
        at++;
        isForm = true;
      }
    }

    const valueStart = at;
    let seen = 0;
    for (; at < size; at++) {
      const kind = classOf[body[at] ?? 0] ?? 0;
      if (kind === ending) break;
      seen |= kind;
    }
    notes.marked = (seen & marked) !== 0;
    const value =
      (seen & encoded) === 0 ? raw.slice(valueStart, at) : decodeText(body, valueStart, at, notes);
    if (notes.reason !== null) {
      encodingFault ??= { reason: notes.reason, detail: key.quotes ? "?" : fieldName(key.text) };
      notes.reason = null;
    }
    pairs.push({ key, value, start, valueStart, end: at, marked: notes.marked });
    tree.place(key.path, value);
  }
  if (pairs.length > 0 && !isForm) throw new FormError("not_a_form");
  return { pairs, root: tree.root, encodingFault };
}

/** Where the equals sign, the separator or the end of the body is. */
function endOfKey(body: Buffer, start: number): number {
  let at = start;
  while (at < body.length && body[at] !== equalsSign && body[at] !== ampersand) at++;
  return at;
}

/** Whether a field with this name, as `fieldName` shows it, is in the form. */
export function holdsField(form: DecodedForm, name: string): boolean {
  return form.pairs.some(({ key }) => fieldName(key.text) === name);
}

/** A field's name in a safe alphabet, for errors. */
function fieldName(text: string): string {
  return text.slice(0, 100).replace(/[^\w.[\]-]/g, "?");
}
