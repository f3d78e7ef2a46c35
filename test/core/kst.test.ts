import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  formatKstStamp,
  kstDay,
  kstInstant,
  kstTime,
  minuteOf,
  parseKstStamp,
} from "../../src/core/index.js";

const instants = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2100, 0) });

test("the KST date turns at 15:00 UTC", () => {
  expect(kstDay(Date.UTC(2026, 10, 20, 14, 59, 59, 999))).toBe("2026-11-20");
  expect(kstDay(Date.UTC(2026, 10, 20, 15))).toBe("2026-11-21");
});

test.each([
  ["09:00", 0],
  ["0900", 0],
  ["090030", 30_000],
  ["09:00:30", 30_000],
])("%s KST is 00:00 UTC and a bit", (text, extraMs) => {
  expect(kstInstant("2026-11-20", text)).toBe(Date.UTC(2026, 10, 20) + extraMs);
});

test("stamps and instants are inverse to the second", () => {
  fc.assert(
    fc.property(instants, (at) => {
      const second = Math.floor(at / 1000) * 1000;
      expect(parseKstStamp(formatKstStamp(at))).toBe(second);
      expect(kstInstant(kstDay(at), kstTime(at))).toBe(second);
      expect(minuteOf(at)).toBeLessThanOrEqual(at);
      expect(at - minuteOf(at)).toBeLessThan(60_000);
    }),
  );
});

test.each(["20261120", "20261120246000", "20260230090000", "2026112009000x", "202611200900000"])(
  "%s is no stamp",
  (stamp) => expect(parseKstStamp(stamp)).toBeUndefined(),
);

test.each(["UTC", "America/New_York", "Pacific/Kiritimati"])("the same under TZ=%s", (zone) => {
  const probe = `import("./src/core/kst.ts").then(({ kstDay, kstInstant, formatKstStamp }) =>
    console.log(kstDay(1795100400000), kstInstant("2026-11-20", "15:30"), formatKstStamp(1795100400000)))`;
  const output = execFileSync(process.execPath, ["--import", "tsx", "-e", probe], {
    env: { ...process.env, TZ: zone },
    encoding: "utf8",
  });
  expect(output.trim()).toBe(`2026-11-20 ${Date.UTC(2026, 10, 20, 6, 30)} 20261120000000`);
});
