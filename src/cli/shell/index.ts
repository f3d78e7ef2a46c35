export { type CliCommand, defineCommand } from "./command.js";
export { EXIT, exitCodeOf } from "./exit-code.js";
export { type Files, Interrupted, type Io, type Prompts } from "./io.js";
export { asTyped, oneOf, positive, whole } from "./option-names.js";
export { createStatusLine } from "./status-line.js";
export { type Say, languageOf, sayIn } from "./say.js";
export { type GlobalValues, Shell, messageOf } from "./shell.js";
export { clockSpan, clockTime, count, formatSpan, percent, stamp } from "./format.js";
