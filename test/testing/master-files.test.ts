import { describe, expect, test } from "vitest";
import { downloadMaster, parseMaster, unzipMaster } from "hantoo/master";
import { createManualClock, startKisSimulator } from "hantoo/testing";
import { at } from "./ask-kis.js";

describe("master files", () => {
  test("are zips of the real shape, and every symbol is in one of them", async () => {
    await using sim = await startKisSimulator({ seed: 7, now: at("12:00") });
    const seen: string[] = [];
    for (const market of ["kospi", "kosdaq", "konex"] as const) {
      const response = await fetch(`${sim.masterUrl}/${market}_code.mst.zip`);
      const zip = new Uint8Array(await response.arrayBuffer());
      const { bytes, entryName, asOf } = await unzipMaster(zip);
      expect(entryName).toBe(`${market}_code.mst`);
      expect(asOf).toBe(at("08:45"));
      const view = new DataView(zip.buffer);
      expect([view.getUint16(6, true), view.getUint16(8, true), view.getUint16(28, true)]).toEqual([
        2, 8, 28,
      ]);
      const { instruments } = parseMaster(market, bytes, { date: "2026-11-20" });
      for (const [symbol, row] of instruments) {
        const own = sim.market.instrument(symbol)!;
        expect(row.koreanName).toBe(own.name);
        expect(row.basePrice).toBe(sim.market.previousClose(symbol, "2026-11-20"));
        expect(row.isTradingHalted).toBe(own.haltedFrom !== undefined);
        seen.push(symbol);
      }
    }
    expect(seen.toSorted()).toEqual(sim.market.symbols);
  });

  test("of Nextrade hold its symbols alone", async () => {
    await using sim = await startKisSimulator({ seed: 7, now: at("12:00") });
    const response = await fetch(`${sim.masterUrl}/nxt_kospi_code.mst.zip`);
    const { bytes } = await unzipMaster(new Uint8Array(await response.arrayBuffer()));
    const symbols = [...parseMaster("nxt_kospi", bytes, { date: "2026-11-20" }).instruments.keys()];
    expect(symbols).toContain("005930");
    expect(symbols.every((symbol) => sim.market.instrument(symbol)!.nxt)).toBe(true);
  });

  test("are rewritten in the morning of a trading day, once on any other, and can be asked for conditionally", async () => {
    await using sim = await startKisSimulator({ seed: 7, now: at("07:00") });
    const url = `${sim.masterUrl}/konex_code.mst.zip`;
    const modified = async (): Promise<string> => (await fetch(url)).headers.get("last-modified")!;
    expect(Date.parse(await modified())).toBe(at("06:00"));
    const same = await fetch(url, { headers: { "if-modified-since": await modified() } });
    expect(same.status).toBe(304);
    sim.clock.set(at("09:00"));
    expect(Date.parse(await modified())).toBe(at("08:45"));
    sim.clock.set(at("12:00", "2026-11-22"));
    expect(Date.parse(await modified())).toBe(at("06:00", "2026-11-22"));
    expect((await fetch(`${sim.masterUrl}/none_code.mst.zip`)).status).toBe(404);
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
  });

  test("come through downloadMaster", async () => {
    await using sim = await startKisSimulator({ seed: 7, now: at("12:00") });
    const clock = createManualClock(at("12:00"));
    const master = await downloadMaster("kospi", { baseUrl: sim.masterUrl, clock, fetch: sim.fetch });
    expect(master.instruments.get("005930")?.koreanName).toBe("삼성전자");
    expect(master.instruments.get("Q530036")?.isEtn).toBe(true);
  });
});
