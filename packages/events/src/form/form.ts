/** A body as PHP would see it in $_POST. Everything is a string; a map keyed by numbers stays a map. */
export type FormValue = string | FormMap;
export type FormMap = Map<string, FormValue>;

/** `a[b][]` is text "a[b][]", path ["a", "b", ""]: an empty segment appends. The path is [] where PHP drops the pair. */
export type ParsedKey = {
  text: string;
  path: readonly string[];
  /** Its value must not be kept. */
  secret: boolean;
  /** Its text is not fit to be shown: it holds a secret itself. */
  quotes: boolean;
  /** It was sent as its text is, but for the brackets. */
  plain: boolean;
  /** Its value differs between deliveries of one and the same fact. */
  volatile: boolean;
};

/**
 * One pair as sent; `start` and `end` are its bytes in the body, without separators. `marked`: the value has a character that a
 * link with a secret, a JSON text or a further encoding needs.
 */
export type FormPair = {
  key: ParsedKey;
  value: string;
  start: number;
  valueStart: number;
  end: number;
  marked: boolean;
};

export type EncodingFaultReason = "invalid_percent_encoding" | "invalid_utf8";
/** `detail` is the name of the first broken field, in a safe alphabet; never a value. */
export type EncodingFault = { reason: EncodingFaultReason; detail: string };

export type DecodedForm = { pairs: readonly FormPair[]; root: FormMap; encodingFault: EncodingFault | null };

export type FormErrorCode = "too_many_keys" | "too_deep" | "forbidden_key" | "not_a_form";

const messages: Record<FormErrorCode, string> = {
  too_many_keys: "The form has more than 10,000 keys",
  too_deep: "A key of the form has more than 16 segments",
  forbidden_key: "A key of the form has a forbidden name",
  not_a_form: "The body is not an application/x-www-form-urlencoded form",
};

export class FormError extends Error {
  readonly code: FormErrorCode;
  readonly retriable = false;

  constructor(code: FormErrorCode) {
    super(messages[code]);
    this.name = "FormError";
    this.code = code;
  }
}
