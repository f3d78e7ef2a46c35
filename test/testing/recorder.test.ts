import { mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createKisSimulator, createRecorder, replay } from "hantoo/testing";
import { silentLogger } from "../../src/core/index.js";
import { failureOf } from "../support/failure-of.js";
import { at, itemChartQuery } from "./ask-kis.js";

const APP_KEY = "PSsecretAppKeyOf36Characters00000000";
const APP_SECRET = `${"s3cr3t".repeat(29)}/+end==`;
const ACCOUNT = "12345678";

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "hantoo-recording-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

async function session(ask: typeof globalThis.fetch): Promise<unknown[]> {
  const host = "https://openapi.koreainvestment.com:9443";
  const issued = await ask(`${host}/oauth2/tokenP`, {
    method: "POST",
    body: JSON.stringify({ grant_type: "client_credentials", appkey: APP_KEY, appsecret: APP_SECRET }),
  });
  const token = ((await issued.json()) as { access_token: string }).access_token;
  const answers: unknown[] = [];
  for (const hour of ["120000", "123000", "120000"]) {
    const query = { ...itemChartQuery("005930", hour), CANO: ACCOUNT };
    const response = await ask(
      `${host}/uapi/domestic-stock/v1/quotations/inquire-time-itemchartprice?${new URLSearchParams(query).toString()}`,
      {
        headers: {
          authorization: `Bearer ${token}`,
          appkey: APP_KEY,
          appsecret: APP_SECRET,
          tr_id: "FHKST03010200",
          custtype: "P",
        },
      },
    );
    answers.push(await response.json());
  }
  return answers;
}

const simulated = (): typeof globalThis.fetch =>
  createKisSimulator({ seed: 7, now: at("20:30"), appKey: APP_KEY, appSecret: APP_SECRET, limits: false })
    .fetch;

describe("createRecorder", () => {
  test("writes every exchange and no secret, under the same names each time", async () => {
    const recorder = createRecorder({ dir, fetch: simulated() });
    await session(recorder.fetch);
    await recorder.close();
    const names = await readdir(dir);
    expect(names.toSorted()).toEqual(recorder.files.toSorted());
    expect(names.length).toBe(4);
    const all = (await Promise.all(names.map((name) => readFile(join(dir, name), "utf8")))).join("\n");
    for (const secret of [APP_KEY, APP_SECRET, ACCOUNT, "Bearer eyJ", "eyJ0eXAi"])
      expect(all).not.toContain(secret);
    expect(all).toContain("REDACTED");
    const again = await mkdtemp(join(tmpdir(), "hantoo-recording-"));
    const second = createRecorder({ dir: again, fetch: simulated() });
    await session(second.fetch);
    expect(second.files).toEqual(recorder.files);
    for (const name of names) {
      expect(await readFile(join(again, name), "utf8")).toBe(await readFile(join(dir, name), "utf8"));
    }
    await rm(again, { recursive: true });
  });

  test("strikes out what it is told, and a secret that an answer repeats under another name", async () => {
    const echo: typeof globalThis.fetch = async (input, init) =>
      Response.json({
        msg1: `key ${new Request(input, init).headers.get("appkey")} of 김철수`,
        account: "44445555-01",
      });
    const recorder = createRecorder({ dir, fetch: echo, secrets: ["김철수"] });
    await recorder.fetch("https://kis.invalid/x", { headers: { appkey: APP_KEY } });
    const text = await readFile(join(dir, recorder.files[0]!), "utf8");
    expect(text).toContain("key REDACTED of REDACTED");
    expect(text).not.toMatch(/44445555|김철수|PSsecret/);
  });

  test.each([
    ["named before the field that says what it is", `{"msg1":"계좌 ${ACCOUNT} 오류","CANO":"${ACCOUNT}"}`],
    ["within a longer secret", `{"CANO":"${ACCOUNT}","ACCT_NO":"${ACCOUNT}01","msg1":"${ACCOUNT}01"}`],
    ["in an answer that was cut", `{"approval_key" : "${ACCOUNT}-a7a5","CANO":"${ACCOUNT.slice(0, 7)}`],
  ])("strikes out a secret %s", async (_, body) => {
    const recorder = createRecorder({ dir, fetch: async () => new Response(body) });
    await recorder.fetch("https://kis.invalid/x");
    const text = await readFile(join(dir, recorder.files[0]!), "utf8");
    expect(text).not.toMatch(/1234567|a7a5|REDACTED01/);
  });

  test("an answer that cannot be written down reaches whoever asked; the fault is told once and by close", async () => {
    const taken = join(dir, "taken");
    await writeFile(taken, "");
    const told: object[] = [];
    const logger = { ...silentLogger, warn: (facts: object) => void told.push(facts) };
    const recorder = createRecorder({ dir: taken, logger, fetch: async () => Response.json({ rt_cd: "0" }) });
    for (const path of ["x", "y"]) {
      const response = await recorder.fetch(`https://kis.invalid/${path}`);
      expect(await response.json()).toEqual({ rt_cd: "0" });
    }
    expect(told).toMatchObject([{ dir: taken }]);
    expect(recorder.files).toEqual([]);
    expect(await failureOf(recorder.close())).toMatchObject({
      code: "storage",
      operation: "put",
      key: taken,
      message: expect.stringMatching(/^2 of 2 answers could not be recorded in .*taken: ENOTDIR/) as string,
    });
  });

  test.runIf(process.platform === "linux")(
    "a place that takes no folders is one, and told at once",
    async () => {
      const recorder = createRecorder({
        dir: "/proc/hantoo/recording",
        logger: silentLogger,
        fetch: async () => new Response("answer"),
      });
      expect(await (await recorder.fetch("https://kis.invalid/x")).text()).toBe("answer");
      await expect(recorder.close()).rejects.toMatchObject({ code: "storage" });
    },
  );

  test("what was written before and after a fault can be replayed", async () => {
    const recorder = createRecorder({
      dir,
      logger: silentLogger,
      fetch: async (input) => new Response(new Request(input).url),
    });
    await recorder.fetch("https://kis.invalid/x");
    await rename(dir, `${dir}-aside`);
    await writeFile(dir, "");
    await recorder.fetch("https://kis.invalid/y");
    await rm(dir);
    await rename(`${dir}-aside`, dir);
    await recorder.fetch("https://kis.invalid/z");
    expect((await readdir(dir)).toSorted()).toEqual(recorder.files.toSorted());
    const played = replay(dir);
    for (const path of ["x", "z"])
      expect(await (await played(`https://kis.invalid/${path}`)).text()).toBe(`https://kis.invalid/${path}`);
  });

  test("passes a failure on and writes nothing", async () => {
    const recorder = createRecorder({ dir, fetch: () => Promise.reject(new TypeError("fetch failed")) });
    await expect(recorder.fetch("https://kis.invalid/x")).rejects.toThrow("fetch failed");
    expect(await readdir(dir)).toEqual([]);
  });
});

describe("replay", () => {
  test("answers as recorded, whatever the credentials, and knows what is left", async () => {
    const recorder = createRecorder({ dir, fetch: simulated() });
    const answers = await session(recorder.fetch);
    const played = replay(dir);
    expect((await played.pending()).length).toBe(4);
    expect(await session(played)).toEqual(answers);
    expect(await played.pending()).toEqual([]);
    expect(await session(played)).toEqual(answers);
  });

  test("gives bytes back as they were", async () => {
    const bytes = new Uint8Array([80, 75, 3, 4, 255, 0]);
    const recorder = createRecorder({
      dir,
      fetch: async () => new Response(bytes, { headers: { "content-type": "application/zip" } }),
    });
    await recorder.fetch("https://kis.invalid/kospi_code.mst.zip");
    const response = await replay(dir)("https://other.invalid/kospi_code.mst.zip");
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  test("gives back an answer that has no body", async () => {
    const recorder = createRecorder({ dir, fetch: async () => new Response(null, { status: 204 }) });
    await recorder.fetch("https://kis.invalid/x");
    expect((await replay(dir)("https://kis.invalid/x")).status).toBe(204);
  });

  test("refuses what was not recorded, naming what was", async () => {
    await session(createRecorder({ dir, fetch: simulated() }).fetch);
    const url =
      "https://kis.invalid/uapi/domestic-stock/v1/quotations/inquire-time-itemchartprice?FID_INPUT_ISCD=000660";
    await expect(replay(dir)(url)).rejects.toThrow(/such as .*005930/);
    await expect(replay(join(dir, "none"))(url)).rejects.toThrow(/dir/);
  });
});
