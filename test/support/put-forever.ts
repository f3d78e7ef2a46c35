/** Run by a test and killed in the middle: writes objects into a folder and names each one that is durable. */
import { FileStore } from "hantoo";
import { noise } from "./noise.js";

const [dir = "", start = "0"] = process.argv.slice(2);
const store = new FileStore(dir);
for (let n = Number(start); ; n++) {
  const length = 1 + ((n * 7919) % 300_000);
  await Promise.all([
    store.put(`new/${n}_${length}`, noise(length, n), { ifAbsent: true }),
    store.put("replaced", Buffer.concat([Buffer.from(`${n}_${length}\n`), noise(length, n)])),
  ]);
  process.stdout.write(`${n}_${length}\n`);
}
