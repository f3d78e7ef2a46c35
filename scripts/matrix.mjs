// Tests that pure code and one example, end to end, behave the same under other time zones and locales. Each zone runs
// with one locale only, because different code reads the two. Tests of kills, random schedules and whole sessions, and
// those that compute for seconds, are left out: they depend on neither.
//
//   node scripts/matrix.mjs
import { execFileSync } from "node:child_process";
import { runTests } from "./run-tests.mjs";

const diagonal = [
  { TZ: "America/New_York", LC_ALL: "C", locale: "en-US" },
  { TZ: "Pacific/Kiritimati", LC_ALL: "ko_KR.UTF-8", locale: "ko-KR" },
  { TZ: "Asia/Kolkata", LC_ALL: "tr_TR.UTF-8", locale: "tr-TR" },
  { TZ: "Pacific/Apia", LC_ALL: "ar_EG.UTF-8", locale: "ar-EG" },
  { TZ: "UTC", LC_ALL: "de_DE.UTF-8", locale: "de-DE" },
];
const tests = ["test/core", "test/calendar", "test/kline", "test/master", "test/examples/quick-start"];
// Modules are kept between files: half of the time is loading them.
const quick = ["--no-isolate"];
const slow = [
  "**/*kill*",
  "**/logger-model*",
  "**/follow*",
  "**/backfill-*",
  "**/catch-up*",
  "**/*-stores*",
  "**/codec*",
  "**/list-*",
  "**/calendar/minutes*",
  "**/time-zone*",
  "**/quarter/**",
  "**/evidence-model/**",
  "**/revisit-faults*",
  "**/live-bars*",
  "**/with-columns*",
  // It puts another compressor in the place of ours, which would stay there for all that come after it.
  "**/progress*",
];

const probe =
  "const o = Intl.DateTimeFormat().resolvedOptions(); process.stdout.write(`${o.timeZone} ${o.locale}`)";

for (const { TZ, LC_ALL, locale } of diagonal) {
  const env = { ...process.env, TZ, LC_ALL, LANG: LC_ALL, LANGUAGE: "", HANTOO_FUZZ_RUNS: "50" };
  // A zone may go by another name: ICU says Calcutta.
  const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: TZ }).resolvedOptions();
  const inForce = execFileSync(process.execPath, ["-e", probe], { env, encoding: "utf8" });
  if (inForce !== `${timeZone} ${locale}`)
    throw new Error(`asked for ${timeZone} ${locale}, Node has ${inForce}`);
  const started = performance.now();
  const counted = runTests([...quick, ...tests, ...slow.flatMap((pattern) => ["--exclude", pattern])], {
    env,
    name: inForce,
  });
  console.log(`${inForce}: ${counted} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
