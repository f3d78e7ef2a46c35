import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import {
  ConfigError,
  type HantooError,
  KisClient,
  MemoryStore,
  createFileTokenStore,
  createMemoryTokenStore,
  createObjectTokenStore,
  krx,
  kstInstant,
  systemClock,
} from "hantoo";
import { createKisSimulator, simulatedSymbols } from "hantoo/testing";
import { expect, onTestFinished, test } from "vitest";
import { readEnvelope } from "../../src/kis/calls/envelope.js";
import { readEnv } from "../../src/kis/kis-env.js";
import { parseStoredToken, tokenName } from "../../src/kis/token/token-store.js";
import { issueApprovalKey, issueToken } from "../../src/kis/wire/auth.js";
import { numberIn } from "../../src/kis/wire/field.js";
import {
  type Edit,
  damaged,
  edited,
  edits,
  hostile,
  numbersIn,
  outcomeOf,
  outcomeOfAsync,
  runs,
} from "../support/fuzz.js";
import { unpaced } from "./unpaced.js";

const now = kstInstant("2026-11-20", "11:00");
const symbols = simulatedSymbols(8);
const [symbol = ""] = symbols;
const simulator = createKisSimulator({ seed: 3, now, symbols, limits: false });
const tokenStore = createMemoryTokenStore();

/** What a client may be asked, and what must hold of what it gives. */
const calls: Readonly<Record<string, (client: KisClient) => Promise<unknown>>> = {
  today: (client) => client.minuteBars({ symbol }),
  past: (client) => client.minuteBars({ symbol, tradingDay: "2026-11-19" }),
  daily: (client) => client.dailyBars({ symbol, from: "2026-10-01", to: "2026-11-19" }),
  quote: (client) => client.quote(symbol),
  quotes: (client) => client.quotes(symbols),
  trades: (client) => client.trades(symbol),
  holidays: (client) => client.holidays("2026-11-20"),
  instrument: (client) => client.instrument(symbol),
};

interface Ask {
  /** Answers of KIS, spoiled. */
  readonly spoil: (body: string) => string;
}

/** A client whose answers are spoiled; it must come to an end within so many requests. */
function clientOf({ spoil }: Ask): KisClient {
  let requests = 0;
  return new KisClient({
    appKey: "test",
    appSecret: "test",
    clock: { ...systemClock, now: () => now },
    limiter: unpaced(),
    tokenStore,
    retry: 0,
    async fetch(input, init) {
      if (++requests > 60) throw new Error("it asks on and on");
      const answer = await simulator.fetch(input, init);
      const { url } = new Request(input);
      const { status, headers } = answer;
      const text = await answer.text();
      return new Response(url.includes("/oauth2/") ? text : spoil(text), { status, headers });
    },
  });
}

function expectSound(name: string, value: unknown): void {
  for (const number of numbersIn(value)) expect(Number.isFinite(number), `${name}: ${number}`).toBe(true);
  if (name !== "today" && name !== "past") return;
  const { bars, odd, tradingDay } = value as Awaited<ReturnType<KisClient["minuteBars"]>>;
  const minutes = new Set(krx.minutes(tradingDay));
  let before = 0;
  let accVolume = 0;
  for (const bar of bars) {
    expect(minutes.has(bar.time)).toBe(true);
    expect(bar.time).toBeGreaterThan(before);
    expect(bar.low).toBeGreaterThan(0);
    expect(Math.min(bar.open, bar.high, bar.close)).toBeGreaterThan(0);
    const isOdd = bar.low > Math.min(bar.open, bar.close) || bar.high < Math.max(bar.open, bar.close);
    expect(odd.some(({ time }) => time === bar.time)).toBe(isOdd || bar.low > bar.high);
    expect(Number.isSafeInteger(bar.volume) && bar.volume > 0).toBe(true);
    expect(bar.accVolume).toBe((accVolume += bar.volume));
    before = bar.time;
  }
}

async function checks(name: string, ask: Ask): Promise<"read" | "refused"> {
  const client = clientOf(ask);
  try {
    const outcome = await outcomeOfAsync(() =>
      (calls[name] as (client: KisClient) => Promise<unknown>)(client),
    );
    if ("error" in outcome) {
      expect(outcome.error.message).not.toMatch(/asks on and on/);
      expect(outcome.error.message.length).toBeLessThan(1000);
      return "refused";
    }
    expectSound(name, outcome.value);
    return "read";
  } finally {
    await client.close();
  }
}

test.each(Object.keys(calls))("%s: the answer as it is can be read", async (name) => {
  expect(await checks(name, { spoil: (body) => body })).toBe("read");
});

test("answers with anything changed in them are read soundly or refused, in few requests", async () => {
  const spoil = (changes: readonly Edit[]) => (body: string) =>
    JSON.stringify(edited(JSON.parse(body), changes)) ?? "";
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.keys(calls)), edits, async (name, changes) => {
      await checks(name, { spoil: spoil(changes) });
    }),
    { numRuns: runs },
  );
});

test("every row of an answer with the same damage", async () => {
  const spoil = (field: number, value: unknown) => (body: string) => {
    const json = JSON.parse(body) as Record<string, unknown>;
    for (const rows of Object.values(json)) {
      if (!Array.isArray(rows)) continue;
      for (const row of rows as Record<string, unknown>[]) {
        const names = Object.keys(row);
        const name = names[field % names.length];
        if (name !== undefined) row[name] = value;
      }
    }
    return JSON.stringify(json);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(calls)),
      fc.nat(),
      hostile,
      async (name, field, value) => {
        await checks(name, { spoil: spoil(field, value) });
      },
    ),
    { numRuns: runs },
  );
});

test("what is no answer of KIS at all is refused", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(calls)),
      fc.oneof(fc.string(), fc.json(), fc.constantFrom("<html>", "[]", "null", '{"rt_cd":"0"}')),
      async (name, body) => void (await checks(name, { spoil: () => body })),
    ),
    { numRuns: runs },
  );
});

test("an envelope is a yes, a no with its code, or no KIS", () => {
  const status = fc.integer({ min: 200, max: 599 });
  const keys = fc.dictionary(
    fc.constantFrom("rt_cd", "msg_cd", "msg1", "error_code", "error_description", "output"),
    hostile,
  );
  fc.assert(
    fc.property(
      status,
      fc.oneof(
        fc.string(),
        fc.json(),
        keys.map((body) => JSON.stringify(body)),
      ),
      fc.boolean(),
      (code, text, hasVerdict) => {
        const outcome = outcomeOf(() =>
          readEnvelope({ status: code, headers: new Headers(), text }, { trId: "T", hasVerdict }, (t) => t),
        );
        if ("error" in outcome)
          expect(outcome.error.code).toMatch(hasVerdict ? /^(transport|kis_schema)$/ : "transport");
        else if (!outcome.value.ok) {
          expect(outcome.value.text.length).toBeLessThanOrEqual(300);
          expect(outcome.value.answer.status).toBe(code);
        }
      },
    ),
    { numRuns: runs },
  );
});

test("a field is a finite number or none, and never what it does not say", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.double().map(String), fc.stringMatching(/^[-+\d.,eE]{0,12}$/)),
      (text) => {
        const value = numberIn(text);
        if (value === undefined) return;
        expect(Number.isFinite(value)).toBe(true);
        expect(value).toBe(Number(text.replaceAll(",", "")));
      },
    ),
    { numRuns: runs },
  );
});

test("a token has an end that can be kept, or there is none", () => {
  const answer = {
    access_token: "abc",
    expires_in: 86400,
    access_token_token_expired: "2026-11-21 11:00:00",
  };
  const stamp = fc.stringMatching(/^2026-11-2[0-9] \d\d:\d\d:\d\d$/);
  const bodies = fc.oneof(
    edits.map((changes) => edited(answer, changes)),
    fc.tuple(hostile, fc.oneof(stamp, hostile)).map(([expires_in, access_token_token_expired]) => ({
      ...answer,
      expires_in,
      access_token_token_expired,
    })),
    hostile,
  );
  const call = issueToken({ appKey: "k", appSecret: "s" }, () => now);
  fc.assert(
    fc.property(bodies, (body) => {
      const outcome = outcomeOf(() => call.read(body));
      if ("error" in outcome) {
        expect(outcome.error.code).toBe("kis_schema");
        return;
      }
      const { accessToken, expiresAt } = outcome.value;
      expect(accessToken).toMatch(/^[\x21-\x7e]+$/);
      expect(expiresAt).toBeGreaterThan(now);
      expect(Number.isSafeInteger(expiresAt), `${expiresAt}`).toBe(true);
    }),
    { numRuns: runs },
  );
  fc.assert(
    fc.property(
      hostile,
      (body) => void outcomeOf(() => issueApprovalKey({ appKey: "k", appSecret: "s" }).read(body)),
    ),
    { numRuns: runs },
  );
});

const key = { environment: "live", appKeyHash: "0".repeat(64) } as const;
const stored = { ...key, accessToken: "abc", expiresAt: now + 86_400_000, issuedAt: now };

test("a token file is the token that was kept, or none; damage is never thrown", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hantoo-fuzz-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const good = Buffer.from(JSON.stringify(stored));
  const contents = fc.oneof(
    damaged(good),
    edits.map((changes) => Buffer.from(JSON.stringify(edited(stored, changes)) ?? "")),
  );
  const files = createFileTokenStore({ folder });
  const objects = new MemoryStore();
  const shared = createObjectTokenStore(objects, { clock: { ...systemClock, now: () => now } });
  await fc.assert(
    fc.asyncProperty(contents, async (bytes) => {
      writeFileSync(join(folder, `token-${tokenName(key)}.json`), bytes, { mode: 0o600 });
      await objects.put(`hantoo_token/${tokenName(key)}.json`, new Uint8Array(bytes));
      const found = await files.read(key);
      expect(await shared.read(key)).toEqual(found);
      expect(parseStoredToken(Buffer.from(bytes).toString(), key)).toEqual(found);
      if (found === undefined) return;
      expect(found).toMatchObject(key);
      expect(found.accessToken).toMatch(/^[\x21-\x7e]+$/);
      expect(Number.isSafeInteger(found.expiresAt) && Number.isSafeInteger(found.issuedAt)).toBe(true);
    }),
    { numRuns: runs },
  );
});

test("whatever lies among the leases, the work is done and the lease is one", async () => {
  const name = fc.oneof(
    fc.stringMatching(/^\d{12}$/),
    fc.constantFrom("zzz", "note.txt", "1", "00000000000x", "000000000001/deeper"),
  );
  const lease = fc.oneof(
    fc.uint8Array({ maxLength: 30 }),
    hostile.map((value) => Buffer.from(JSON.stringify(value) ?? "")),
    fc
      .record({ owner: fc.string(), until: fc.constantFrom(0, now - 1, 1e300, -1) })
      .map((value) => Buffer.from(JSON.stringify(value))),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(name, lease), { maxLength: 4 }), async (objects) => {
      const store = new MemoryStore();
      for (const [at, bytes] of objects)
        await store.put(`hantoo_token/${tokenName(key)}.lease/${at}`, new Uint8Array(bytes));
      const clock = {
        now: () => now,
        monotonic: () => now,
        sleep: () => Promise.reject(new Error("it waits for what nobody holds")),
      };
      const done = await createObjectTokenStore(store, { clock }).exclusive(key, async () => "done");
      expect(done).toBe("done");
    }),
    { numRuns: runs },
  );
});

test("an environment gives a client or names the variable, and shows no secret", () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom(
      "",
      " ",
      "live",
      "paper",
      "18",
      "0",
      "-1",
      "Infinity",
      "https://example.com",
      "http://example.com",
    ),
  );
  const environment = fc.dictionary(
    fc.constantFrom("KIS_APP_KEY", "KIS_APP_SECRET", "KIS_ENVIRONMENT", "KIS_BASE_URL", "KIS_RATE_LIMIT"),
    value,
  );
  const secret = "verysecretvalue";
  fc.assert(
    fc.property(environment, fc.boolean(), (env, given) => {
      const all = given ? { ...env, KIS_APP_KEY: secret, KIS_APP_SECRET: `${secret} ${secret}` } : env;
      const outcome = outcomeOf(() => new KisClient({ ...readEnv(all, {}), tokenStore }));
      if ("error" in outcome) {
        expect(outcome.error).toBeInstanceOf(ConfigError);
        expect(JSON.stringify((outcome.error as HantooError).toJSON())).not.toContain(secret);
      } else void outcome.value.close();
    }),
    { numRuns: runs },
  );
});
