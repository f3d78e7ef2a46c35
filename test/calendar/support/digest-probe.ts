import { digest } from "./digest.js";

process.stdout.write(`${new Date(0).getTimezoneOffset()} ${digest()}`);
