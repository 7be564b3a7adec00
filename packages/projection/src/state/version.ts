/** Raised when the fold makes other rows of the same facts. */
const revision = 1;
const mostFacts = 2 ** 40;

/** Of two rows under one key the one folded from more facts counts, and before that the one of the newer fold. */
export const versionOf = (facts: number): number => revision * mostFacts + facts;
