import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { digest } from "./support/digest.js";

const run = promisify(execFile);
const probe = fileURLToPath(new URL("./support/digest-probe.ts", import.meta.url));

test("a host in New York, on Kiritimati and at UTC gives the answers of this one", async () => {
  const answers = await Promise.all(
    ["UTC", "America/New_York", "Pacific/Kiritimati"].map(async (TZ) => {
      const { stdout } = await run(process.execPath, ["--import", "tsx", probe], {
        env: { ...process.env, TZ },
      });
      return stdout;
    }),
  );
  // The offset of 1970 proves that the zone was in force: Kiritimati lay east of the date line then.
  expect(answers).toEqual(["0", "300", "640"].map((offset) => `${offset} ${digest()}`));
});
