import fc from "fast-check";

type Field = { name: string; type: Schema };
type Schema =
  | string
  | Schema[]
  | { type: string; name?: string; fields?: Field[]; symbols?: string[]; items?: Schema };

const primitives: Record<string, fc.Arbitrary<unknown>> = {
  null: fc.constant(null),
  boolean: fc.boolean(),
  int: fc.integer(),
  // avsc is one off below -2^52 and refuses the two outermost safe integers; our times and offsets are far from both.
  long: fc.maxSafeInteger().filter((n) => n >= -(2 ** 52) && n < Number.MAX_SAFE_INTEGER),
  double: fc.double({ noNaN: true }),
  string: fc.string({ unit: "binary" }),
  bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
};

/** Any value that a schema allows. */
export function valuesOf(
  schema: Schema,
  named = new Map<string, fc.Arbitrary<unknown>>(),
): fc.Arbitrary<unknown> {
  if (Array.isArray(schema)) return fc.oneof(...schema.map((branch) => valuesOf(branch, named)));
  if (typeof schema !== "string") {
    const values = valuesOfComplex(schema, named);
    if (schema.name !== undefined) named.set(schema.name, values);
    return values;
  }
  const values = primitives[schema] ?? named.get(schema);
  if (values === undefined) throw new Error(`no values for ${schema}`);
  return values;
}

function valuesOfComplex(
  { type, fields = [], symbols = [], items = "null" }: Exclude<Schema, string | Schema[]>,
  named: Map<string, fc.Arbitrary<unknown>>,
): fc.Arbitrary<unknown> {
  switch (type) {
    case "record":
      return fc.record(Object.fromEntries(fields.map((field) => [field.name, valuesOf(field.type, named)])));
    case "enum":
      return fc.constantFrom(...symbols);
    case "array":
      return fc.array(valuesOf(items, named), { maxLength: 5 });
    default:
      return valuesOf(type, named);
  }
}
