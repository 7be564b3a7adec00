import { rebuild, rollback } from "../src/index.ts";
import { customerSays, eventOf } from "./events.ts";
import { bothProjections, Installation } from "./installation.ts";
import { wrongTables } from "./right-tables.ts";

// node killed-child.ts FOLDER rebuild|rollback N: tells whether the tables are right as the run before has left them, and again with
// one more event, then runs the command and kills itself when it hears of its Nth step.
const [folder = "", command = "", steps = ""] = process.argv.slice(2);
const one = await Installation.open(folder);
const left = await wrongTables(one);
await one.append([eventOf(customerSays(`${command}-${steps}`, "one more"), `portal-${steps}`)]);
await one.project(bothProjections);
const grown = await wrongTables(one);
process.stdout.write(`${JSON.stringify({ left, grown })}\n`);
let heard = 0;
const onProgress = () => {
  heard += 1;
  if (heard === Number(steps)) process.kill(process.pid, "SIGKILL");
};
const world = { ...one.world(), onProgress, leaseMs: 200 };
await (command === "rebuild" ? rebuild(world) : rollback(world));
process.stdout.write(`${JSON.stringify({ heard })}\n`);
await one.close();
