import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { last, lineage, readStages } from "./dockerfile.ts";
import { at, fields, list, readJson, readText, root, text } from "./read.ts";

const stages = readStages("infra/docker/Dockerfile");
const manifest = readJson("package.json");
const finals = ["portalstream", "standalone", "proxy"];
const copies = stages.flatMap(({ instructions }) => instructions.filter(({ name }) => name === "COPY"));
const ignored = readText(".dockerignore").trim().split("\n");

const run = (command: string, args: string[], cwd: string, env: Record<string, string>) =>
  new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = spawn(command, args, { cwd, env: { PATH: process.env.PATH, ...env } });
    let output = "";
    child.stdout.on("data", (data) => (output += String(data)));
    child.stderr.on("data", (data) => (output += String(data)));
    child.on("close", (code) => resolve({ code, output }));
  });

describe("the images", () => {
  test("are made from exact versions, of Node.js the one that tests run on", () => {
    const bases = stages.map(({ from }) => from).filter((from) => !stages.some(({ name }) => name === from));
    for (const base of bases) expect(base).toMatch(/^[a-z/]+:\d+\.\d+\.\d+(-[a-z-]+)?$/);
    const node = `node:${text(at(manifest, "devDependencies.node"))}-bookworm-slim`;
    expect(new Set(bases.filter((base) => base.startsWith("node:")))).toEqual(new Set([node]));
    expect(stages.at(-1)?.name).toBe("portalstream");
  });

  test.each(finals)("%s runs as a user without rights and tells its health", (name) => {
    const instructions = lineage(stages, name);
    expect(last(instructions, "USER")).toMatch(/^[1-9]\d*:\d+$/);
    expect(last(instructions, "HEALTHCHECK")).toMatch(/CMD \[/);
  });

  test("what they copy exists, and .dockerignore lets it through", () => {
    const kept = ignored.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    for (const { rest } of copies) {
      const from = /^--from=(\S+)/.exec(rest)?.[1];
      const [source = ""] = rest.replace(/^--\S+ /, "").split(" ");
      if (from !== undefined) expect(stages.map(({ name }) => name)).toContain(from);
      else if (source !== ".") {
        expect(existsSync(`${root}${source}`)).toBe(true);
        expect(kept).toContain(source);
      }
    }
    for (const path of kept) expect(existsSync(`${root}${path}`)).toBe(true);
    expect(ignored[0]).toBe("*");
    expect(ignored).toContain("**/node_modules");
  });

  test("the manifest of every workspace is there when npm installs", () => {
    const wanted = globSync(
      list(at(manifest, "workspaces")).map((one) => `${text(one)}/package.json`),
      { cwd: root },
    );
    const copied = /cp --parents -- (.*) \/manifests/.exec(last(lineage(stages, "manifests"), "RUN"))?.[1];
    const found = globSync(copied?.split(" ") ?? [], {
      cwd: root,
      exclude: (path) => /node_modules/.test(path),
    });
    expect(wanted.length).toBeGreaterThan(5);
    expect(found).toEqual(expect.arrayContaining([...wanted, "package.json", "package-lock.json"]));
  });
});

describe("a container", () => {
  const folder = mkdtempSync(join(tmpdir(), "portalstream-image-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("starts from the files of its image alone, without tests, development packages and chDB", async () => {
    const left = new Set(["chdb", "@chdb", ...Object.keys(fields(at(manifest, "devDependencies")))]);
    for (const room of ["packages", "services", "schemas"])
      cpSync(`${root}${room}`, join(folder, room), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !/(\.test\.ts|packages\/[^/]+\/test)$/.test(path),
      });
    // The links of workspaces must lead into this folder, as in the image; the rest may stay where it is.
    mkdirSync(join(folder, "node_modules"));
    cpSync(`${root}node_modules/@portalstream`, join(folder, "node_modules/@portalstream"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    for (const name of readdirSync(`${root}node_modules`))
      if (!left.has(name) && name !== "@portalstream" && !name.startsWith("."))
        symlinkSync(`${root}node_modules/${name}`, join(folder, "node_modules", name));
    const [command = "", main = ""]: string[] = JSON.parse(
      last(lineage(stages, "portalstream"), "ENTRYPOINT"),
    );
    expect(command).toBe("node");
    const help = await run(process.execPath, [main, "--help"], folder, {});
    expect(help.output).toContain("PORTALSTREAM_KAFKA_BROKERS");
    expect(help.code).toBe(0);
    const commands = JSON.stringify(`./${join(dirname(main), "commands.ts")}`);
    const load = `const { commands } = await import(${commands}); for (const one of Object.values(commands)) await one.load()`;
    const loaded = await run(process.execPath, ["--input-type=module", "-e", load], folder, {});
    expect(loaded).toEqual({ code: 0, output: "" });
  });

  test("is healthy while /healthz answers 200, and not otherwise", async () => {
    const check = /CMD (\[.*\])$/.exec(last(lineage(stages, "portalstream"), "HEALTHCHECK"))?.[1] ?? "[]";
    const [, ...args]: string[] = JSON.parse(check);
    let status = 200;
    const paths: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url);
      response.writeHead(status).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address: AddressInfo | string | null = server.address();
    const env = { PORTALSTREAM_PORT: String(typeof address === "object" ? address?.port : "") };
    expect((await run(process.execPath, args, dirname(folder), env)).code).toBe(0);
    status = 503;
    expect((await run(process.execPath, args, dirname(folder), env)).code).toBe(1);
    await new Promise((done) => server.close(done));
    expect((await run(process.execPath, args, dirname(folder), env)).code).toBe(1);
    expect(paths).toEqual(["/healthz", "/healthz"]);
  });
});
