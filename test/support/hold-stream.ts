// Holds a key's stream until it is killed: says "held" when it has it, or why not.
import { isHantooError } from "../../src/core/index.js";
import { lockStream } from "../../src/kis/stream/socket/stream-lock.js";

const [name = ""] = process.argv.slice(2);
try {
  await lockStream(name);
  console.log("held");
  setInterval(() => undefined, 1000);
} catch (error) {
  console.log(isHantooError(error) ? `${error.code}: ${error.message}` : String(error));
}
