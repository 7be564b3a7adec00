import { type Static, Type } from "@sinclair/typebox";
import { orNull } from "../http/schemas.ts";
import { isoTimeOf, Time } from "../http/time.ts";

export const Portal = Type.Object({
  memberId: Type.String({ description: "member_id" }),
  domain: Type.String(),
  applications: Type.Array(Type.String()),
  status: Type.String({ description: "active" }),
  enrolledAt: Time("When it was enrolled first"),
  lastEventAt: orNull(Time("When its last event occurred")),
});

export type PortalRow = {
  memberId: string;
  domain: string;
  applications: string[];
  status: string;
  enrolledMs: number;
  lastEventMs: number | null;
};

export const portalOf = ({ enrolledMs, lastEventMs, ...row }: PortalRow): Static<typeof Portal> => ({
  ...row,
  enrolledAt: isoTimeOf(enrolledMs),
  lastEventAt: lastEventMs === null ? null : isoTimeOf(lastEventMs),
});
