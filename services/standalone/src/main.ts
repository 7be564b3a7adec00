import {
  type Config,
  createLogger,
  describe,
  loadConfig,
  run,
  SettingError,
  settingsHelp,
  shownConfig,
  startTracing,
  unknownSettings,
  widenThreadPool,
} from "@portalstream/runtime";
import { type Command, commands, type Task } from "./commands.ts";

widenThreadPool();

const [name = "--help", ...args] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command !== undefined) {
  if (args.includes("--help") || args.includes("-h")) process.stdout.write(helpOf(name, command));
  else await start(command);
} else if (name === "--help" || name === "-h") {
  process.stdout.write(helpOfAll());
} else {
  process.stderr.write(`portalstream: there is no command ${name}\n\n${helpOfAll()}`);
  process.exitCode = 2;
}

async function start(command: Command): Promise<void> {
  if (command.kind === "task") {
    // What nobody awaits, too, must not end with the exit code of something that was refuted.
    process.on("uncaughtException", refuseFor);
    process.exitCode = await orExit(runTask(command));
    return;
  }
  const config = configOrExit();
  if (args.length > 0) return refuse(`${name} takes no arguments, but settings: see --help`);
  const logger = createLogger(config.logLevel);
  logger.info({ command: name, config: shownConfig() }, "starting");
  const unknown = unknownSettings();
  if (unknown.length > 0) logger.warn({ unknown }, "these are not settings; see --help for those that are");
  await run(logger, async () => {
    const { start } = await command.load();
    const tracing = await startTracing(config.otlpUrl, `portalstream-${name}`, logger);
    const { url, stop } = await start(config, logger, tracing.spans);
    logger.info({ url }, "ready");
    return async () => {
      await stop();
      await tracing.stop();
    };
  });
}

function configOrExit(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    return refuseFor(error);
  }
}

async function runTask(task: Task): Promise<number> {
  const config = configOrExit();
  const { once } = await task.load();
  return once(config, args);
}

/** 1 is an answer of a task; whatever keeps it from answering is 2. */
function orExit(task: Promise<number>): Promise<number> {
  return task.catch(refuseFor);
}

/** An error with a code says what to do; of any other one where it came from is all there is. */
function refuseFor(error: unknown): never {
  const { message, stack, code } = describe(error);
  return refuse(code === undefined ? (stack ?? message) : `${message} (${code})`);
}

function refuse(message: string): never {
  process.stderr.write(`portalstream: ${message}\n`);
  process.exit(2);
}

function helpOf(name: string, command: Command): string {
  const usage = command.kind === "task" ? command.usage : `portalstream ${name}`;
  return `portalstream ${name}: ${command.about}.\n\nUsage: ${usage}\n\n${settingsHelp()}`;
}

function helpOfAll(): string {
  const rows = Object.entries(commands).map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`);
  return `portalstream: receives Bitrix24 chat events, keeps every one, answers questions about them.

Usage: portalstream COMMAND [--help]   (here: npm run portalstream -- COMMAND)

${rows.join("\n")}

${settingsHelp()}`;
}
