import { decodeForm, type Envelope, interpret } from "@portalstream/events";
import { createMetrics } from "@portalstream/runtime";
import { beforeEach, expect, test } from "vitest";
import { IngestMetrics } from "../metrics.ts";
import { Drift } from "./drift.ts";

let lines: object[];
let counted: () => Promise<Record<string, number>>;
let drift: Drift;

beforeEach(() => {
  const metrics = createMetrics();
  lines = [];
  drift = new Drift(new IngestMetrics(metrics, []), { warn: (fields) => void lines.push(fields) });
  counted = async () => {
    const text = await metrics.getSingleMetricAsString("portalstream_drift_total");
    const samples = text.matchAll(/\{event="(\w+)",path="([\w.]+)"\} (\d+)/g);
    return Object.fromEntries(
      [...samples].map(([, event, path, value]) => [`${event} ${path}`, Number(value)]),
    );
  };
});

function event(name: string, ...fields: string[]) {
  const body = Buffer.from(["event=x", ...fields].join("&"));
  const envelope: Envelope = {
    eventId: "e",
    portal: "p",
    application: "default",
    name,
    occurredAt: 1_790_000_000_000,
    timed: true,
    receivedAt: 1_790_000_000_500,
    subscriptionId: null,
    domain: null,
  };
  return interpret(envelope, decodeForm(body), body);
}

const said = [
  "data[DATA][connector][connector_id]=tg",
  "data[DATA][connector][chat_id]=c1",
  "data[DATA][message][id]=m1",
];

test("every field that was left out is counted, and logged once by event and path", async () => {
  const odd = [...said, "data[DATA][chat]=gone", "data[DATA][message][text][0]=secret-of-the-customer"];
  drift.accepted(event("ONOPENLINEMESSAGEADD", ...odd));
  drift.accepted(event("ONOPENLINEMESSAGEADD", ...odd));
  drift.accepted(event("ONOPENLINEMESSAGEUPDATE", ...odd));
  expect(await counted()).toEqual({
    "ONOPENLINEMESSAGEADD chat": 2,
    "ONOPENLINEMESSAGEADD message.text": 2,
    "ONOPENLINEMESSAGEUPDATE chat": 1,
    "ONOPENLINEMESSAGEUPDATE message.text": 1,
  });
  expect(lines).toEqual([
    { event: "ONOPENLINEMESSAGEADD", path: "chat" },
    { event: "ONOPENLINEMESSAGEADD", path: "message.text" },
    { event: "ONOPENLINEMESSAGEUPDATE", path: "chat" },
    { event: "ONOPENLINEMESSAGEUPDATE", path: "message.text" },
  ]);
});

test("an event that is understood, rejected or of an unknown name has none", async () => {
  drift.accepted(event("ONOPENLINEMESSAGEADD", ...said));
  drift.accepted(event("ONOPENLINEMESSAGEADD", "data[DATA][message][text][0]=x"));
  drift.accepted(event("ONSOMETHINGNEW", "data[DATA][message][text][0]=x"));
  expect(await counted()).toEqual({});
  expect(lines).toEqual([]);
});
