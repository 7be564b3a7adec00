import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const kafkaVersion = "4.1.1";

const pom = fileURLToPath(new URL("../../../infra/kafka/pom.xml", import.meta.url));
const cache = fileURLToPath(new URL("../../../.cache/", import.meta.url));
const lib = `${cache}kafka-${kafkaVersion}`;

/** The class path of Apache Kafka, fetched by Maven the first time; null where Java 17 or Maven is missing. */
export function kafkaClassPath(): string | null {
  const java = spawnSync("java", ["-version"], { encoding: "utf8" });
  const version = Number(/version "(\d+)/.exec(java.stderr ?? "")?.[1] ?? 0);
  if (version < 17) return null;
  if (!existsSync(lib) && !fetchJars()) return null;
  return `${lib}/*`;
}

function fetchJars(): boolean {
  const folder = `${lib}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies";
  const { status } = spawnSync("mvn", ["-q", "-B", "-f", pom, goal, `-DoutputDirectory=${folder}`], {
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 300_000,
  });
  if (status !== 0 || readdirSync(folder).length === 0) {
    rmSync(folder, { recursive: true, force: true });
    return false;
  }
  // Whole or not at all, also when two runs fetch at once.
  if (existsSync(lib)) rmSync(folder, { recursive: true });
  else renameSync(folder, lib);
  return true;
}
