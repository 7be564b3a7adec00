const usage = `Benchmarks: each prints its figures and writes them to bench-results/NAME.json.

Usage: npm run bench -- NAME [options]

  query      p50 and p95 of every query on 10 million messages in 1,000 portals; growth; webhooks alongside   [--data DIR] [--few] [--rebuild] [--scale 1] [--rounds 50] [--seconds 10] [--rate 500]
  ingest     durable webhooks a second at 64 connections, the service alone and the product as npm start runs it, beside a bare Fastify server that only parses the same body   [--seconds 6] [--kafka]
  project    from the log to all tables, events a second   [--events 2000000] [--kafka [--processes 1]]
  rebuild    both projections from the log again, events a second   [--events 2000000]
  fresh      accepted to visible in the API at 1,000 events a second   [--seconds 20] [--rate 1000]
  chat       one chat of 100,000 messages takes 500 new events a second: freshness and CPU   [--messages 100000] [--seconds 20] [--rate 500]
  outage     answers while Kafka is away, loss and order afterwards   [--seconds 120] [--rate 1000]
  idle       seconds from npm start to ready, and CPU of an idle process
`;

const [name, ...options] = process.argv.slice(2);
switch (name) {
  case "query":
    await (await import("./query/query.ts")).benchQuery(options);
    break;
  case "chat":
    await (await import("./chat.ts")).benchChat(options);
    break;
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
