import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../free-ports.ts";
import { killWithUs } from "../kill-with-us.ts";

export type Broker = {
  readonly address: string;
  readonly pid: number;
  /** SIGKILL; resolves when it is dead. */
  kill(): Promise<void>;
  /** SIGTERM: hands its partitions over first. */
  stop(): Promise<void>;
  /** On the same data; resolves when it listens. */
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  pause(): void;
  resume(): void;
};
export type Cluster = { brokers: readonly Broker[]; addresses: string; dispose(): Promise<void> };

/** How clients reach the brokers. `format`: arguments beside, when the storage is formatted. */
export type Listener = { protocol: "PLAINTEXT" | "SASL_SSL"; properties: string; format: readonly string[] };

export const plaintext: Listener = { protocol: "PLAINTEXT", properties: "", format: [] };
const clusterId = "cG9ydGFsc3RyZWFtLXRlc3Q";

/**
 * Apache Kafka in KRaft mode, every node broker and controller, in a folder that is removed in the end. `sessionMs`: a broker that was
 * killed is back no sooner, and one that stands still for so long serves nothing for a moment afterwards.
 */
export async function startCluster(
  classPath: string,
  size: 1 | 3,
  listener = plaintext,
  sessionMs = 3_000,
): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), "portalstream-kafka-"));
  const ports = await freePorts(size * 2);
  const nodes = Array.from({ length: size }, (_, at) => ({
    id: at + 1,
    port: ports[at] ?? 0,
    controllerPort: ports[size + at] ?? 0,
  }));
  const voters = nodes.map(({ id, controllerPort }) => `${id}@127.0.0.1:${controllerPort}`).join(",");
  const brokers = await Promise.all(
    nodes.map((node) => makeBroker(classPath, folder, { ...node, voters, size, listener, sessionMs })),
  );
  await Promise.all(brokers.map((broker) => broker.start()));
  return {
    brokers,
    addresses: brokers.map(({ address }) => address).join(","),
    dispose: async () => {
      await Promise.all(brokers.map((broker) => broker.kill()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Node = {
  id: number;
  port: number;
  controllerPort: number;
  voters: string;
  size: number;
  listener: Listener;
  sessionMs: number;
};

async function makeBroker(classPath: string, folder: string, node: Node): Promise<Broker> {
  const home = join(folder, String(node.id));
  const file = `${home}.properties`;
  await writeFile(file, properties(node, home));
  const format = ["-cp", classPath, "kafka.tools.StorageTool", "format", "-t", clusterId, "-c", file];
  format.push(...node.listener.format);
  const { status, stderr, stdout } = spawnSync("java", format, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Kafka's storage could not be formatted: ${stdout}${stderr}`);
  const address = `127.0.0.1:${node.port}`;
  let child: ChildProcess | null = null;
  const end = async (signal: NodeJS.Signals) => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const gone = once(running, "exit");
    running.kill("SIGCONT");
    running.kill(signal);
    await gone;
  };
  return {
    address,
    get pid() {
      return child?.pid ?? 0;
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    pause: () => void child?.kill("SIGSTOP"),
    resume: () => void child?.kill("SIGCONT"),
    start: async () => {
      const options = ["-Xmx512m", "-Xms256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=4"];
      child = spawn("java", [...options, "-cp", classPath, "kafka.Kafka", file], { stdio: "ignore" });
      killWithUs(child);
      await untilListening(node.port, child);
    },
  };
}

function properties(node: Node, home: string): string {
  const { id, port, controllerPort, voters, size, listener, sessionMs } = node;
  const replicas = Math.min(size, 3);
  const { protocol } = listener;
  return `process.roles=broker,controller
node.id=${id}
controller.quorum.voters=${voters}
listeners=${protocol}://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=${protocol}://127.0.0.1:${port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=${protocol}
log.dirs=${home}
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=${replicas}
transaction.state.log.replication.factor=${replicas}
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
broker.session.timeout.ms=${sessionMs}
broker.heartbeat.interval.ms=500
${listener.properties}
`;
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null) throw new Error(`Kafka exited with ${child.exitCode}`);
    const socket = connect({ host: "127.0.0.1", port });
    const up = await new Promise<boolean>((resolve) => {
      socket.once("connect", () => resolve(true));
      socket.once("error", () => resolve(false));
    });
    socket.destroy();
    if (up) return;
    await sleep(100);
  }
  throw new Error("Kafka did not listen within a minute");
}
