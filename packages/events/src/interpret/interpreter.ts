import type { FormValue } from "../form/form.ts";
import type { BotEvent, MessageEvent, PortalEvent, SessionEvent } from "../records.gen.ts";

type Typed = {
  message: MessageEvent;
  session: SessionEvent;
  bot: BotEvent;
  portal: PortalEvent;
};
/** The typed fields of an event: all that its record holds but the envelope and the source. */
export type Interpreted<E extends Typed[keyof Typed]> = {
  [K in keyof Typed]: Typed[K] extends E ? { kind: K } & Omit<E, "envelope" | "source"> : never;
}[keyof Typed];
export type Interpretation =
  | Interpreted<MessageEvent>
  | Interpreted<SessionEvent>
  | Interpreted<BotEvent>
  | Interpreted<PortalEvent>;

/** Reads an event's `data` (absent, a scalar or a map). Throws ShapeFault. */
export type Interpreter = (data: FormValue | undefined) => Interpretation;

export const interpreter = (read: Interpreter): Interpreter => read;
