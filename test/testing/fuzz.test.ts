import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { ConfigError, kstInstant } from "hantoo";
import { createKisSimulator, createRecorder, replay } from "hantoo/testing";
import { expect, onTestFinished, test } from "vitest";
import { createSimulatorCore } from "../../src/testing/server/kis-simulator.js";
import { createStreamServer } from "../../src/testing/stream/stream-server.js";
import { createWebSocketSession } from "../../src/testing/stream/websocket-session.js";
import { damaged, edited, edits, hostile, outcomeOfAsync, runs } from "../support/fuzz.js";

const now = kstInstant("2026-11-20", "11:00");
const options = { seed: 5, now, symbols: ["005930"], limits: false } as const;

test("frames of a WebSocket client are answered or refused, whatever they are", () => {
  const core = createSimulatorCore(options);
  const frame = {
    header: { approval_key: "x", custtype: "P", tr_type: "1", "content-type": "utf-8" },
    body: { input: { tr_id: "H0STCNT0", tr_key: "005930" } },
  };
  const texts = fc.oneof(
    fc.string(),
    hostile.map((value) => JSON.stringify(value) ?? ""),
    edits.map((changes) => JSON.stringify(edited(frame, changes)) ?? ""),
  );
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 4 }), (sent) => {
      const answers: string[] = [];
      const session = createWebSocketSession(core, createStreamServer(core), {
        send: (text) => void answers.push(String(text)),
        close() {},
        cut() {},
      });
      for (const text of sent) session.receive(text);
      session.pump();
      for (const text of answers) expect(JSON.parse(text)).toHaveProperty("header");
    }),
    { numRuns: runs },
  );
});

test("requests of any shape get an answer", async () => {
  const simulator = createKisSimulator(options);
  const path = fc.constantFrom(
    "/oauth2/tokenP",
    "/oauth2/revokeP",
    "/oauth2/Approval",
    "/uapi/domestic-stock/v1/quotations/inquire-time-itemchartprice",
    "/uapi/domestic-stock/v1/quotations/inquire-time-dailychartprice",
    "/uapi/domestic-stock/v1/quotations/chk-holiday",
    "/nowhere",
  );
  const query = fc.dictionary(
    fc.constantFrom(
      "FID_INPUT_ISCD",
      "FID_INPUT_HOUR_1",
      "FID_INPUT_DATE_1",
      "FID_COND_MRKT_DIV_CODE",
      "BASS_DT",
      "CTX_AREA_NK",
      "CTX_AREA_FK",
    ),
    fc.oneof(
      fc.string(),
      fc.constantFrom("005930", "J", "240000", "20261120", "20261340", "00000000", "00000101", "99991231"),
    ),
  );
  // A missing key is refused before anything is made of the others.
  const whole = { BASS_DT: "20261120", CTX_AREA_NK: "", CTX_AREA_FK: "" };
  const token = await simulator.fetch("https://kis/oauth2/tokenP", {
    method: "POST",
    body: JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test" }),
  });
  const { access_token: access } = (await token.json()) as { access_token: string };
  const trId = fc.constantFrom("FHKST03010200", "FHKST03010230", "CTCA0903R", "X");
  const body = fc.oneof(
    fc.string(),
    hostile.map((value) => JSON.stringify(value) ?? ""),
  );
  await fc.assert(
    fc.asyncProperty(path, query, trId, body, fc.constantFrom("", "N"), async (at, some, tr, sent, next) => {
      const isPost = at.startsWith("/oauth2");
      const asked = at.endsWith("chk-holiday") ? { ...whole, ...some } : some;
      const response = await simulator.fetch(`https://kis${at}?${new URLSearchParams(asked).toString()}`, {
        method: isPost ? "POST" : "GET",
        headers: {
          authorization: `Bearer ${access}`,
          appkey: "test",
          appsecret: "test",
          tr_id: at.endsWith("chk-holiday") ? "CTCA0903R" : tr,
          tr_cont: next,
          custtype: "P",
        },
        ...(isPost ? { body: sent } : {}),
      });
      expect(response.status).toBeGreaterThanOrEqual(200);
      await response.text();
    }),
    { numRuns: runs },
  );
});

test("a recording with a damaged file is refused by its name, or answers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "hantoo-fuzz-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const url = "https://kis/uapi/x?FID_INPUT_ISCD=005930";
  const recorder = createRecorder({
    dir: folder,
    fetch: async () => Response.json({ rt_cd: "0", output: [1] }),
  });
  await recorder.fetch(url);
  const { readFileSync, readdirSync } = await import("node:fs");
  const [name = ""] = readdirSync(folder);
  const good = readFileSync(join(folder, name));
  const json = JSON.parse(good.toString("utf8")) as unknown;
  const contents = fc.oneof(
    damaged(good),
    edits.map((changes) => Buffer.from(JSON.stringify(edited(json, changes)) ?? "")),
    hostile.map((value) => Buffer.from(JSON.stringify(value) ?? "")),
  );
  await fc.assert(
    fc.asyncProperty(contents, async (bytes) => {
      writeFileSync(join(folder, name), bytes);
      const outcome = await outcomeOfAsync(async () => {
        const response = await replay(folder)(url);
        return response.text();
      });
      if ("error" in outcome) expect(outcome.error).toBeInstanceOf(ConfigError);
    }),
    { numRuns: runs },
  );
});
