import type { SchemaText } from "./schema-texts.ts";

type Field = { name: string; doc?: string; type: Schema };
type Schema =
  | string
  | Schema[]
  | { type: "record"; name: string; doc?: string; fields: Field[] }
  | { type: "enum"; name: string; symbols: string[] }
  | { type: "array"; items: Schema }
  | { type: "long"; logicalType: "timestamp-millis" };

const primitives: Record<string, string> = {
  null: "null",
  boolean: "boolean",
  int: "number",
  long: "number",
  double: "number",
  string: "string",
  bytes: "Uint8Array",
};

/** TypeScript types of the newest version of every subject. */
export function recordTypes(texts: readonly SchemaText[]): string {
  const declared = new Map<string, string>();
  for (const { schema } of texts.filter(({ newest }) => newest)) typeOf(JSON.parse(schema), declared);
  return [
    "// Generated from schemas/avro by scripts/generate.ts: do not edit.",
    ...declared.values(),
    "",
  ].join("\n");
}

function typeOf(schema: Schema, declared: Map<string, string>): string {
  if (typeof schema === "string") return referred(schema, declared);
  if (Array.isArray(schema))
    return schema
      .toSorted(nullLast)
      .map((branch) => typeOf(branch, declared))
      .join(" | ");
  switch (schema.type) {
    case "array":
      return `${typeOf(schema.items, declared)}[]`;
    case "long":
      return "number";
    case "enum":
      return declare(
        schema.name,
        schema.symbols.map((symbol) => JSON.stringify(symbol)).join(" | "),
        declared,
      );
    case "record": {
      const fields = schema.fields.map((field) => fieldLines(field, declared));
      return declare(schema.name, `{\n${fields.join("")}}`, declared, schema.doc);
    }
    default:
      throw new Error(`no TypeScript type for ${JSON.stringify(schema)}`);
  }
}

function referred(name: string, declared: Map<string, string>): string {
  const primitive = primitives[name];
  if (primitive !== undefined) return primitive;
  if (!declared.has(name)) throw new Error(`${name} is not declared`);
  return name;
}

/** Named types are repeated in each file that uses them, since a schema on the log must stand alone; they must be equal. */
function declare(name: string, body: string, declared: Map<string, string>, doc?: string): string {
  const text = `${doc === undefined ? "" : `/** ${doc} */\n`}export type ${name} = ${body};`;
  const before = declared.get(name);
  if (before !== undefined && before !== text) throw new Error(`${name} is declared in two ways`);
  declared.set(name, text);
  return name;
}

function fieldLines({ name, doc, type }: Field, declared: Map<string, string>): string {
  const comment = doc === undefined ? "" : `  /** ${doc} */\n`;
  return `${comment}  ${name}: ${typeOf(type, declared)};\n`;
}

function nullLast(a: Schema, b: Schema): number {
  return Number(a === "null") - Number(b === "null");
}
