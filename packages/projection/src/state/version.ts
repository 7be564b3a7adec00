/** Raised when the fold makes other rows of the same facts. */
const revision = 2;
const mostFacts = 2 ** 40;

/**
 * Of two rows under one key the one folded from more facts counts, and before that the one of the newer fold, or of the newer
 * generation of tables: a rebuild may interpret events so that there are fewer facts.
 */
export const versionOf = (generation: number, facts: number): number =>
  (revision + generation) * mostFacts + facts;

/** Rows below are of a former generation. */
export const firstVersionOf = (generation: number): number => versionOf(generation, 0);
