import {
  backfill,
  calendar,
  columns,
  compact,
  coverage,
  daily,
  exportBars,
  follow,
  heal,
  log,
  status,
  symbols,
} from "./commands/index.js";
import { doctor } from "./doctor/index.js";
import { init } from "./init/index.js";
import type { CliCommand } from "./shell/index.js";

/** Every command, in the order of `--help`. A new command is a line here and a file of its own. */
export const COMMANDS: readonly CliCommand[] = [
  init,
  log,
  follow,
  backfill,
  heal,
  daily,
  status,
  coverage,
  compact,
  columns,
  exportBars,
  symbols,
  calendar,
  doctor,
];
