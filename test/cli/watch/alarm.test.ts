import { MemoryStore } from "hantoo";
import { createManualClock } from "hantoo/testing";
import { describe, expect, test } from "vitest";
import { Alarm, type Trouble, alarmAddress, createAlarmMemory } from "../../../src/cli/watch/index.js";

const PING = "https://hc.example/7f3e-secret?a=1";
const NOTIFY = "https://hooks.example/T0/B0/secret";
const late: Trouble = { kind: "late", text: "5 minutes behind" };
const lost: Trouble = { kind: "lost", text: "1 minute lost" };

/** An alarm whose web answers as `answer` says; requests are `METHOD url body`. */
function setUp(
  answer: () => Response | Promise<Response> = () => new Response("ok"),
  store = new MemoryStore(),
) {
  const sent: string[] = [];
  const logged: string[] = [];
  const clock = createManualClock();
  const stop = new AbortController();
  const alarm = () =>
    new Alarm({
      ping: alarmAddress(PING, "--ping"),
      notify: alarmAddress(NOTIFY, "--notify"),
      fetch: async (url, init) => {
        const body = typeof init?.body === "string" ? ` ${init.body}` : "";
        sent.push(`${init?.method} ${url instanceof URL ? url.href : "?"}${body}`);
        const aborted = new Promise<never>((_, reject) =>
          init?.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))),
        );
        return Promise.race([answer(), aborted]);
      },
      clock,
      logger: {
        debug() {},
        info() {},
        warn: (facts, message) => void logged.push(`${message} ${JSON.stringify(facts)}`),
        error() {},
      },
      memory: createAlarmMemory(store, "log-KRX", alarmAddress(NOTIFY, "--notify")),
      signal: stop.signal,
      degraded: "hantoo KRX:",
      whole: "hantoo KRX: whole again",
    });
  const posts = (): unknown[] =>
    sent
      .filter((line) => line.startsWith("POST"))
      .map((line) => JSON.parse(line.slice(`POST ${NOTIFY} `.length)));
  const pings = (): string[] => sent.filter((line) => line.startsWith("GET")).map((line) => line.slice(4));
  /** Tells, and lets everything be sent. */
  const tell = async (one: Alarm, ...troubles: Trouble[]): Promise<void> => {
    one.tell(troubles);
    await clock.runUntil(one.close());
  };
  return { alarm, sent, logged, posts, pings, tell, store, clock, stop };
}

describe("--ping", () => {
  test("asks for the address at success, for /fail behind its path else, and never success while it lasts", async () => {
    const { alarm, pings, tell } = setUp();
    const one = alarm();
    for (const troubles of [[], [late], [late, lost], [lost], []]) await tell(one, ...troubles);
    const failed = "https://hc.example/7f3e-secret/fail?a=1";
    expect(pings()).toEqual([PING, failed, failed, failed, PING]);
  });

  test("one that answers slowly gets the latest state, no queue", async () => {
    const gates: (() => void)[] = [];
    const { alarm, pings, clock } = setUp(
      () => new Promise((resolve) => gates.push(() => resolve(new Response("ok")))),
    );
    const one = alarm();
    for (const troubles of [[], [late], [late], []]) one.tell(troubles);
    const closed = one.close();
    for (let open = 0; open < 20; open++) {
      for (const go of gates.splice(0)) go();
      await new Promise(setImmediate);
    }
    await clock.runUntil(closed);
    expect(pings()).toEqual([PING, PING]);
  });
});

describe("--notify", () => {
  test("once when degraded, once when whole again, never twice for the same", async () => {
    const { alarm, posts, tell } = setUp();
    const one = alarm();
    for (const troubles of [[], [late], [late], [late, lost], [lost], [late, lost], [], [], [lost]])
      await tell(one, ...troubles);
    expect(posts()).toEqual([
      { text: "hantoo KRX: 5 minutes behind" },
      { text: "hantoo KRX: 1 minute lost" },
      { text: "hantoo KRX: whole again" },
      { text: "hantoo KRX: 1 minute lost" },
    ]);
  });

  test("what was told is known to the next process, by the store", async () => {
    const first = setUp();
    await first.tell(first.alarm(), late);
    const second = setUp(undefined, first.store);
    await second.tell(second.alarm(), late);
    expect(second.posts()).toEqual([]);
    await second.tell(second.alarm());
    expect(second.posts()).toEqual([{ text: "hantoo KRX: whole again" }]);
    const third = setUp(undefined, first.store);
    await third.tell(third.alarm());
    expect(third.posts()).toEqual([]);
    for await (const key of first.store.list(""))
      expect(key).toMatch(/^hantoo-alarm\/log-KRX-[0-9a-f]{12}\.json$/);
  });

  test("what could not be told is told at the next pass", async () => {
    let isDown = true;
    const { alarm, posts, tell } = setUp(() => new Response(null, { status: isDown ? 500 : 204 }));
    const one = alarm();
    await tell(one, late);
    expect(posts()).toHaveLength(3);
    isDown = false;
    await tell(one, late);
    await tell(one, late);
    expect(posts()).toHaveLength(4);
  });
});

describe("what fails", () => {
  test.each<[string, () => Response, number, string]>([
    ["a server's error, three times", () => new Response(null, { status: 503 }), 3, "HTTP 503"],
    ["a refusal, once", () => new Response(null, { status: 404 }), 1, "HTTP 404"],
    [
      "no network, three times",
      () => {
        const cause = Object.assign(new Error(`connect to ${NOTIFY}`), { code: "ECONNREFUSED" });
        throw new TypeError(`fetch of ${NOTIFY} failed`, { cause });
      },
      3,
      "ECONNREFUSED",
    ],
  ])("%s: logged without the address, and nothing ends", async (_, answer, times, reason) => {
    const { alarm, sent, logged, tell } = setUp(answer);
    await tell(alarm(), late);
    expect(sent).toHaveLength(2 * times);
    expect(logged.join("\n")).toContain(`--notify could not be sent (${reason})`);
    expect(logged.join("\n")).toContain(`--ping could not be sent (${reason})`);
    expect(logged.join("\n")).not.toMatch(/secret|example/);
  });

  test("whoever ends the command waits for no monitor", async () => {
    const { alarm, stop, logged } = setUp(() => new Promise<Response>(() => undefined));
    const one = alarm();
    one.tell([late]);
    await new Promise(setImmediate);
    stop.abort();
    await one.close();
    expect(logged).toEqual([]);
  });

  test("a store that is out, or a damaged note, costs the memory alone", async () => {
    const store = new MemoryStore();
    store.get = () => Promise.reject(new Error("out"));
    store.put = () => Promise.reject(new Error("out"));
    const { alarm, posts, tell } = setUp(undefined, store);
    const one = alarm();
    await tell(one, late);
    await tell(one, late);
    expect(posts()).toHaveLength(1);
    const damaged = new MemoryStore();
    damaged.get = async () => new TextEncoder().encode("{");
    const other = setUp(undefined, damaged);
    await other.tell(other.alarm(), late);
    expect(other.posts()).toHaveLength(1);
  });

  test.each(["", "hc.example/x", "ftp://hc.example/secret", "javascript:alert(1)"])(
    "%j is no address, and is not shown",
    (text) => {
      expect(() => alarmAddress(text, "--ping")).toThrow(
        '`--ping` must be an http or https address, received "something else"',
      );
    },
  );
});
