import type { FormMap } from "../form/form.ts";
import type { Side } from "./side.ts";

/** Fields that the source alone keeps. No field of the record is made of them, but a new shape of theirs is news all the same. */
export function noteUnread(side: Side, item: FormMap, message: FormMap | null): void {
  for (const key of ["ref", "extra", "user"]) side.map("", item, key);
  for (const key of ["attachments", "params"]) side.map("message", message, key);
}
