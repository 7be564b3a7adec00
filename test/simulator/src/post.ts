import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Plan } from "./deliver.ts";

export type Progress = { sent: number; of: number };
/** `byStatus`: how many calls were answered so; 0 stands for no answer. Bitrix24 sends nothing twice, and neither does this. */
export type Posted = { byStatus: Record<string, number>; seconds: number };

export async function post(
  url: string,
  plan: Plan,
  onProgress: (progress: Progress) => void,
): Promise<Posted> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.concurrency });
  const target = new URL("/webhooks/bitrix24", url);
  const byStatus: Record<string, number> = {};
  const startedAt = performance.now();
  const queue = plan.deliveries.entries();
  let sent = 0;
  const sendOneAfterAnother = async () => {
    for (const [index, delivery] of queue) {
      const early = startedAt + (index * 1000) / plan.rate - performance.now();
      if (early > 0) await sleep(early);
      const status = await postOne(agent, target, delivery.body);
      byStatus[status] = (byStatus[status] ?? 0) + 1;
      sent += 1;
      onProgress({ sent, of: plan.deliveries.length });
    }
  };
  await Promise.all(Array.from({ length: plan.concurrency }, sendOneAfterAnother));
  agent.destroy();
  return { byStatus, seconds: (performance.now() - startedAt) / 1000 };
}

function postOne(agent: Agent, target: URL, body: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": Buffer.byteLength(body),
      "user-agent": "Bitrix24 Webhook Engine",
    };
    const call = request(target, { agent, method: "POST", headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode ?? 0));
      answer.on("error", () => resolve(0));
    });
    call.on("error", () => resolve(0));
    call.end(body);
  });
}
