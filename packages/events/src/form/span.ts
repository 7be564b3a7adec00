/** What is to go out of a text, and what takes its place. */
export type Span = { from: number; to: number; put: string; secret: string };
/** Adds what it finds. The text has one character a byte. */
export type SpanFinder = (text: string, spans: Span[]) => void;
