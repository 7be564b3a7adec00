const usage = `Benchmarks: each prints its figures and writes them to bench-results/NAME.json.

Usage: npm run bench -- NAME [options]

  ingest     durable webhooks a second at 64 connections beside a bare Fastify server that only parses the same body   [--kafka]
  project    from the log to all tables, events a second   [--events 2000000] [--kafka [--processes 1]]
  rebuild    both projections made anew from the log, events a second   [--events 2000000]
  fresh      accepted to visible in the API at 500 events a second   [--seconds 20]
  outage     answers while Kafka is away, loss and order afterwards   [--seconds 120] [--rate 1000]
  idle       seconds from npm start to ready, and CPU of an idle process
`;

const [name, ...options] = process.argv.slice(2);
switch (name) {
  case "ingest":
    await (await import("./ingest.ts")).benchIngest(options);
    break;
  case "project":
    await (await import("./project.ts")).benchProject(options);
    break;
  case "rebuild":
    await (await import("./rebuild.ts")).benchRebuild(options);
    break;
  case "fresh":
    await (await import("./fresh.ts")).benchFresh(options);
    break;
  case "outage":
    await (await import("./outage.ts")).benchOutage(options);
    break;
  case "idle":
    await (await import("./idle.ts")).benchIdle();
    break;
  default:
    process.stdout.write(usage);
    process.exitCode = name === undefined || name === "--help" ? 0 : 2;
}
