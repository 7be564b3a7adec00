import { parseArgs } from "node:util";
import {
  createLogger,
  loadConfig,
  run,
  SettingError,
  settingsHelp,
  shownConfig,
  unknownSettings,
  widenThreadPool,
} from "@portalstream/runtime";
import { start } from "./start.ts";

widenThreadPool();

const usage = `portalstream: receives Bitrix24 chat events, keeps every one, answers questions about them.

Usage: npm start [-- --help]

Runs everything in one process on the embedded event log and tables.

`;

function configOrExit() {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    process.stderr.write(`portalstream: ${error.message}\n`);
    process.exit(2);
  }
}

const { values } = parseArgs({ options: { help: { type: "boolean", short: "h", default: false } } });
if (values.help) {
  process.stdout.write(usage + settingsHelp());
} else {
  const config = configOrExit();
  const logger = createLogger(config.logLevel);
  logger.info({ config: shownConfig(config) }, "starting");
  const unknown = unknownSettings();
  if (unknown.length > 0) logger.warn({ unknown }, "these are not settings; see --help for those that are");
  await run(logger, async () => {
    const { url, stop } = await start(config, logger);
    logger.info({ url }, "ready");
    return stop;
  });
}
