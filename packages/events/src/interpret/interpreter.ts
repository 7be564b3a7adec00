import type { FormValue } from "../form/form.ts";
import type { BotEvent, MessageEvent, PortalEvent, SessionEvent } from "../records.gen.ts";
import type { Side } from "./side.ts";

type Typed = {
  message: MessageEvent;
  session: SessionEvent;
  bot: BotEvent;
  portal: PortalEvent;
};
/** The typed fields of an event: all that its record holds but the envelope, the drift and the source. */
export type Interpreted<E extends Typed[keyof Typed]> = {
  [K in keyof Typed]: Typed[K] extends E ? { kind: K } & Omit<E, "envelope" | "drift" | "source"> : never;
}[keyof Typed];
export type Interpretation =
  | Interpreted<MessageEvent>
  | Interpreted<SessionEvent>
  | Interpreted<BotEvent>
  | Interpreted<PortalEvent>;

/** Reads an event's `data` (absent, a scalar or a map). Throws ShapeFault where a field that identity needs is missing or odd. */
export type Interpreter = (data: FormValue | undefined, side: Side) => Interpretation;

export const interpreter = (read: Interpreter): Interpreter => read;
