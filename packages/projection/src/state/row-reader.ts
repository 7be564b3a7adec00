/** A row that does not have the columns that were selected: a defect. */
class UnexpectedRow extends Error {
  readonly code = "unexpected_row";
  readonly retriable = false;
}

/** Reads the values of a row one after the other, as JSON has them. */
export class RowReader {
  readonly #row: readonly unknown[];
  #at = 0;

  constructor(row: readonly unknown[]) {
    this.#row = row;
  }

  text(): string {
    const value = this.#next();
    if (typeof value === "string") return value;
    throw this.#unexpected();
  }

  textOrNull(): string | null {
    const value = this.#next();
    if (typeof value === "string" || value === null) return value;
    throw this.#unexpected();
  }

  number(): number {
    const value = this.#next();
    if (typeof value === "number") return value;
    throw this.#unexpected();
  }

  texts(): string[] {
    const value = this.#next();
    if (Array.isArray(value)) return value.map(String);
    throw this.#unexpected();
  }

  /** One of the names of an enum. */
  name<Name extends string>(names: ReadonlyMap<string, Name>): Name {
    const name = names.get(this.text());
    if (name !== undefined) return name;
    throw this.#unexpected();
  }

  #next(): unknown {
    return this.#row[this.#at++];
  }

  #unexpected(): UnexpectedRow {
    return new UnexpectedRow(`value ${this.#at} of a row is not of its column's type`);
  }
}

export const namesOf = <const Name extends string>(...names: readonly Name[]): ReadonlyMap<string, Name> =>
  new Map(names.map((name) => [name, name]));
