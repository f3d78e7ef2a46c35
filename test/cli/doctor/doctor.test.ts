import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { type ObjectStore, FileStore, MemoryStore, createMemoryTokenStore, createCalendar } from "hantoo";
import { type KisSimulatorOptions, createKisSimulator, replay } from "hantoo/testing";
import type { DoctorReport } from "../../../src/cli/doctor/index.js";
import { lookAtStore } from "../../../src/cli/doctor/store-subject.js";
import { EVENING, type Ended, type Given, createCli } from "../../support/run-cli.js";

const KEY = "PSdoctorAppKeyOf36Characters00000000";
const SECRET = `${"d0ct0r".repeat(29)}/+end==`;
// The pace is a subject of its own: the others need not wait for it.
const env = { LANG: "C", KIS_APP_KEY: KEY, KIS_APP_SECRET: SECRET, KIS_RATE_LIMIT: "400" };
const SUBJECTS = ["key", "token", "clock", "pace", "calendar", "masters", "store"];

const cli = createCli();
afterEach(() => cli.remove());

/** `hantoo doctor` with a key, before a simulator in this process. */
function doctor(line: string, options: KisSimulatorOptions = {}, given: Given = {}): Promise<Ended> {
  const { fetch } = createKisSimulator({
    seed: 4,
    now: EVENING,
    symbols: ["005930", "000660", "069500", "002600"],
    appKey: KEY,
    appSecret: SECRET,
    limits: false,
    ...options,
  });
  return cli.run(`doctor ${line}`, { env, fetch, ...given });
}

/** `word … found` of each line. */
const heads = ({ stdout }: Ended): string[] =>
  stdout
    .split("\n")
    .flatMap((line) => /^([\w-]+) … (?:as assumed|differs|not seen)(?=: )/.exec(line)?.[0] ?? []);

test("looks at each subject, one line each, and leaves the store as it was", async () => {
  const ended = await doctor("--store bars");
  expect([ended.code, heads(ended)]).toEqual([0, SUBJECTS.map((word) => `${word} … as assumed`)]);
  const kept: string[] = [];
  for await (const key of new FileStore(cli.path("bars")).list("")) kept.push(key);
  expect(kept).toEqual([]);
});

test("--json is one value with the same findings", async () => {
  const { code, stdout } = await doctor("--json");
  const report = JSON.parse(stdout) as DoctorReport;
  expect([code, report.ok, report.provenance]).toEqual([0, true, "simulator"]);
  expect(report.subjects.map(({ id }) => id)).toEqual(SUBJECTS);
});

test("without a key it says what to do; --simulate needs none", async () => {
  const without = await cli.run("doctor");
  expect(without.code).toBe(2);
  expect(without.stderr).toContain("hantoo init");
  expect(without.stderr).toContain("--simulate");
  const simulated = await cli.run("doctor --simulate");
  expect([simulated.code, heads(simulated)]).toEqual([0, SUBJECTS.map((word) => `${word} … as assumed`)]);
  expect(simulated.stderr).toContain("INVENTED");
});

test.each([
  ["--max-calls 0", "--max-calls"],
  ["--max-calls many", "--max-calls"],
  ["--out somewhere", "--probe"],
])("%s is refused before anything is sent", async (line, named) => {
  const fetch = (): never => {
    throw new Error("sent");
  };
  const { code, stderr } = await doctor(line, {}, { fetch });
  expect([code, stderr.includes(named)]).toEqual([2, true]);
});

/** Epoch ms of another clock than the host's. */
const skewed = (ms: number): Given["fetch"] =>
  createKisSimulator({ now: EVENING + ms, appKey: KEY, appSecret: SECRET, limits: false }).fetch;
const strange = createCalendar({
  closures: [{ day: "2026-11-24", kind: "temporary", nameKo: "임시공휴일", nameEn: "temporary holiday" }],
});

test.each<[string, string, KisSimulatorOptions, Given]>([
  ["a key that is not KIS's", "key", { appKey: "PSanotherAppKeyOf36Characters0000000" }, {}],
  ["a clock that is off", "clock", {}, { fetch: skewed(5000) as typeof globalThis.fetch }],
  ["a new key's limit", "pace", { limits: "new-account" }, { env: { ...env, KIS_RATE_LIMIT: "18" } }],
  ["a holiday of KIS's alone", "calendar", { calendar: strange }, {}],
])("%s: the line %s … differs, and the code is 1", async (_, word, options, given) => {
  const ended = await doctor("", options, given);
  const differing = heads(ended).filter((head) => head.endsWith("differs"));
  expect([ended.code, differing]).toEqual([1, [`${word} … differs`]]);
});

test("a master that is none differs; a host that is away is not seen", async () => {
  const masters = (answer: (url: string, real: typeof fetch) => Response | Promise<Response>): Given => {
    const { fetch: real } = createKisSimulator({
      now: EVENING,
      appKey: KEY,
      appSecret: SECRET,
      limits: false,
    });
    return {
      fetch: async (input, init) => {
        const request = new Request(input, init);
        return request.url.includes("/common/master/") ? answer(request.url, real) : real(request);
      },
    };
  };
  const mixed = await doctor(
    "",
    {},
    masters((url, real) => real(url.replace("kospi_code", "konex_code"))),
  );
  expect([mixed.code, heads(mixed)[5]]).toEqual([1, "masters … differs"]);
  const away = await doctor(
    "",
    {},
    masters(() => new Response("", { status: 404 })),
  );
  expect([away.code, heads(away)[5]]).toEqual([0, "masters … not seen"]);
});

test("a dead network is no health: the code is 1, and nothing is waited for", async () => {
  const dead = (): Promise<Response> => Promise.reject(new TypeError("fetch failed"));
  const ended = await doctor("", {}, { fetch: dead });
  const found = SUBJECTS.map((word) => `${word} … ${word === "store" ? "as assumed" : "not seen"}`);
  expect([ended.code, heads(ended)]).toEqual([1, found]);
});

test("a store that forgets, hides, mixes up or overwrites differs", async () => {
  const faulty = (fault: Partial<ObjectStore>): ObjectStore => {
    const store = new MemoryStore();
    return {
      get: (key) => store.get(key),
      put: (key, bytes, options) => store.put(key, bytes, options),
      list: (prefix) => store.list(prefix),
      delete: (key) => store.delete(key),
      ...fault,
    };
  };
  const looks = await Promise.all(
    [
      faulty({}),
      faulty({ put: () => Promise.reject(new Error("read-only")) }),
      faulty({ list: async function* () {} }),
      faulty({ get: async () => new Uint8Array(3) }),
      faulty({
        put: async () => undefined,
        list: async function* (prefix) {
          yield prefix;
        },
      }),
      faulty({ conditionalWrites: async () => false }),
    ].map((store) => lookAtStore(store)),
  );
  expect(looks.map(({ found }) => found)).toEqual([
    "as assumed",
    "differs",
    "differs",
    "differs",
    "differs",
    "differs",
  ]);
  expect(looks[1]?.saw).toContain("read-only");
});

test("--probe writes a report and a recording that replay serves, without a secret in them", async () => {
  const ended = await doctor("--probe --out seen");
  expect(ended.code).toBe(0);
  expect(heads(ended).length).toBeGreaterThan(40);
  const files = (await readdir(cli.path("seen"), { recursive: true })).filter((name) => /\.\w+$/.test(name));
  expect(files).toEqual(expect.arrayContaining(["report.txt", "report.json"]));
  const all = (await Promise.all(files.map((name) => readFile(join(cli.path("seen"), name), "utf8")))).join(
    "\n",
  );
  for (const secret of [KEY, SECRET, "Bearer eyJ", "eyJ0eXAi", "Bearer none"])
    expect(all).not.toContain(secret);
  for (const head of heads(ended)) expect(all).toContain(head);

  const fetch = replay(cli.path("seen/recording"));
  const again = await cli.run("doctor --probe --out again", {
    env,
    fetch,
    tokenStore: createMemoryTokenStore(),
  });
  // A recording keeps no Date; whose answers they are it does.
  const same = ({ stdout }: Ended): string => stdout.replace(/^clock … .*$/m, "");
  expect([again.code, same(again)]).toEqual([0, same(ended)]);
  expect(again.stdout).toContain("key … as assumed: accepted (live, simulator)");
});

test("a recording that cannot be written costs no finding, and is told", async () => {
  await mkdir(cli.path("kept"), { recursive: true });
  await writeFile(cli.path("kept/recording"), "in the way");
  const ended = await doctor("--probe --out kept --max-calls 20");
  expect(ended.code).toBe(1);
  expect(ended.stderr.match(/could not be recorded/g)).toHaveLength(1);
  expect(heads(ended).slice(0, SUBJECTS.length)).toEqual(SUBJECTS.map((word) => `${word} … as assumed`));
  expect(await readFile(cli.path("kept/report.txt"), "utf8")).toContain("key … as assumed");
});

test("in Korean the words of the lines stay, and the sentence behind them is Korean", async () => {
  const ended = await doctor("--probe --lang ko --max-calls 20");
  expect(ended.stderr).toContain("추정대로");
  expect(
    heads(ended)
      .slice(0, 7)
      .map((head) => head.split(" ")[0]),
  ).toEqual(SUBJECTS);
  for (const line of ended.stdout.split("\n").slice(0, SUBJECTS.length)) expect(line).toMatch(/: .*[가-힣]/);
  expect(ended.code).toBe(0);
});
