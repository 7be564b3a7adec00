import type { Api } from "./api.ts";
import type { Portal } from "./world.ts";

export type Enrolment = Pick<Portal, "memberId" | "domain" | "applicationToken">;

export async function enrol(api: Api, portals: readonly Enrolment[]): Promise<void> {
  for (const { memberId, domain, applicationToken } of portals)
    await api.put(`/v1/portals/${memberId}`, { domain, applicationToken });
}
