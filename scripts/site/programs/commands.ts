import { existsSync, writeFileSync } from "node:fs";
import { type Clock, createMemoryTokenStore, kstInstant } from "hantoo";
import { createKisSimulator, createManualClock } from "hantoo/testing";
import { Interrupted, type Prompts } from "../../../src/cli/index.js";
import { clockOf } from "../../../test/kis/unpaced.js";
import { type Ended, type Given, createCli } from "../../../test/support/run-cli.js";

/** Commands whose own words say that 1 is no failure: something is missing, or differs. */
const MAY_END_WITH_1 = new Set(["coverage", "status", "doctor"]);

/** Files that the pages speak of. */
const FILES: Readonly<Record<string, string>> = {
  "symbols.txt": "005930\n000660\n",
  "targets.csv": "symbol,date\n005930,2026-11-19\n000660,2026-11-20\n",
};

/** Of what is followed: a port that is free here, and fewer symbols. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ["127.0.0.1:8080", "127.0.0.1:0"],
  ["200", "5"],
]);

/** A service that is pinged, and else the simulated KIS. */
const pinged =
  (kis: typeof fetch): typeof fetch =>
  async (input, init) => {
    const { hostname } = new URL(input instanceof Request ? input.url : input);
    return hostname === "hc-ping.com" ? new Response("OK") : kis(input, init);
  };

/** Somebody at the terminal of `hantoo init`. */
function answering(answers: readonly string[]): Prompts {
  const left = [...answers];
  const next = async (): Promise<string> => left.shift() ?? "";
  return {
    text: next,
    secret: next,
    confirm: async () => true,
    choose: async (question, choices) => {
      const answer = await next();
      const found = choices.find(({ value }) => value === answer);
      if (found === undefined) throw new Error(`${answer} is no choice of ${question}`);
      return found.value;
    },
  };
}
const ANSWERS = ["test", "test", "live", "./data", "--symbols 005930", "cron"];

/** Runs commands of the pages in one folder, in the evening; those that go on, in a folder of their own from the afternoon on. */
export function createPageCommands(given: Given & { readonly fetch: typeof fetch }): {
  readonly cwd: string;
  /** @returns what went wrong, if anything did. */
  run(words: readonly string[]): Promise<string | undefined>;
  remove(): void;
} {
  const open = (own: Given): ReturnType<typeof createCli> => {
    const cli = createCli(own);
    for (const [name, text] of Object.entries(FILES)) writeFileSync(cli.path(name), text);
    return cli;
  };
  const cli = open({ ...given, fetch: pinged(given.fetch) });

  /** From 15:00 on; one that goes on for ever is stopped when it has said how its first session ended. */
  const follow = async (words: readonly string[], isStopped: boolean): Promise<Ended> => {
    const day = createManualClock(kstInstant("2026-11-20", "15:00"));
    const { fetch } = createKisSimulator({ clock: day, limits: false });
    const stop = new AbortController();
    // Until it has said whom it follows, time limits are the host's: master files are unpacked in the host's time.
    let hasBegun = false;
    const before = clockOf({ clock: day });
    const clock: Clock = {
      now: () => day.now(),
      monotonic: () => day.monotonic(),
      sleep: (ms, signal) => (hasBegun ? day : before).sleep(ms, signal),
    };
    const own = open({
      ...given,
      clock,
      fetch: pinged(fetch),
      tokenStore: createMemoryTokenStore(),
      signal: stop.signal,
      onOutput: {
        write(text: string) {
          if (/^\d+ symbols into/m.test(text)) hasBegun = true;
          if (isStopped && /^2026-11-20: \d/m.test(text)) stop.abort(new Interrupted("SIGTERM"));
        },
      },
    });
    try {
      const ended = await day.runUntil(own.run(words));
      return existsSync(own.path("data/hantoo-stock-kline-1m"))
        ? ended
        : { ...ended, code: -1, stderr: `nothing is stored\n${ended.stderr}` };
    } finally {
      own.remove();
    }
  };

  return {
    cwd: cli.cwd,
    remove: () => cli.remove(),
    async run(words) {
      const [name = ""] = words;
      const goesOn = name === "follow" && !words.includes("--days");
      const { code, stdout, stderr } = await (name === "follow"
        ? follow(
            words.map((word) => INSTEAD.get(word) ?? word),
            goesOn,
          )
        : cli.run(words, name === "init" ? { prompts: answering(ANSWERS) } : {}));
      const isFine = code === (goesOn ? 143 : 0) || (code === 1 && MAY_END_WITH_1.has(name));
      return isFine ? undefined : `hantoo ${words.join(" ")} ended with ${code}\n${stderr}${stdout}`;
    },
  };
}
