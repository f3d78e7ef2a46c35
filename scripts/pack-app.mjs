// What a user's first program does, with the package as it is installed: log a day from a simulated KIS into files,
// read it back, download a master. Every dependency that loads on first use is used. Runs on each Node we name.
import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** @param hantoo - the package, by `import` or by `require`. @param testing - its `/testing` entry. */
export async function runApp(hantoo, testing) {
  const { FileStore, HantooKlineLogger, KisClient, createFileTokenStore, downloadMaster, krx, resample } =
    hantoo;
  const tradingDay = "2026-11-20";
  const symbols = ["005930", "000660", "0001A0"];
  const folder = mkdtempSync(join(tmpdir(), "hantoo-app-"));
  const kis = await testing.startKisSimulator({
    seed: 7,
    now: hantoo.kstInstant(tradingDay, "18:30"),
    symbols,
  });
  const { baseUrl, masterUrl, clock } = kis;
  const client = new KisClient({
    appKey: "test",
    appSecret: "test",
    baseUrl,
    clock,
    tokenStore: createFileTokenStore({ folder: join(folder, "tokens") }),
  });
  const store = new FileStore(join(folder, "store"));
  try {
    const logger = new HantooKlineLogger({ client, store, symbols, clock });
    const report = await logger.sync();
    await logger.close();
    assert.equal(report.coverage.total.rate, 1);
    assert.deepEqual(report.failures, []);
    for (const symbol of symbols) {
      const bars = [];
      const range = { store, symbol, from: tradingDay, to: tradingDay };
      for await (const bar of hantoo.readBars({ ...range, untraded: "skip" })) bars.push(bar);
      const truth = kis.truth(symbol, tradingDay);
      assert.deepEqual(
        bars.map(({ time, close, volume }) => [time, close, volume]),
        truth.map(({ time, close, volume }) => [time, close, volume]),
      );
      if (truth.length === 0) continue;
      const session = krx.session(tradingDay);
      const [day] = resample(bars, { period: "day", session });
      assert.equal(day.volume, truth.at(-1).accVolume);
    }
    const options = { store, baseUrl: masterUrl, clock };
    const kospi = await downloadMaster("kospi", options);
    assert.equal(kospi.instruments.get("005930").symbol, "005930");
    const { requests } = kis.stats;
    const cached = await downloadMaster("kospi", options);
    assert.equal(cached.sourceSha256, kospi.sourceSha256);
    assert.equal(kis.stats.requests, requests);
    assert.equal(kis.stats.refusals, 0);
    assert.equal(kis.stats.tokenIssues, 1);
    await assert.rejects(
      client.quote("samsung"),
      (error) => hantoo.isHantooError(error) && error.code === "config",
    );
  } finally {
    await client.close();
    await kis.close();
    rmSync(folder, { recursive: true });
  }
}
