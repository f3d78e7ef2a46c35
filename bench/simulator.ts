// How fast the simulator starts and answers over loopback: the server here, a client of its own process beside it.
// Run: node bench/run.mjs simulator [requests] [connections]
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { kstInstant } from "hantoo";
import { createMarket, simulatedSymbols, startKisSimulator } from "hantoo/testing";

/** A client with kept connections that reads and drops every answer. */
const CLIENT = `
const { Agent, request } = require("node:http");
const { url, headers, asked, total, connections } = JSON.parse(process.argv[1]);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
let next = 0, bytes = 0;
const one = (symbol) => new Promise((resolve, reject) => {
  request(url + symbol, { agent, headers }, (response) => {
    response.on("data", (chunk) => { bytes += chunk.length; }).on("end", resolve);
  }).on("error", reject).end();
});
const worker = async () => { while (next < total) await one(asked[next++ % asked.length]); };
const started = performance.now();
Promise.all(Array.from({ length: connections }, worker)).then(() => {
  console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, bytes }));
  agent.destroy();
});`;

const total = Number(process.argv[2] ?? 6000);
const connections = Number(process.argv[3] ?? 8);
const now = kstInstant("2026-11-20", "18:00");
const symbols = simulatedSymbols(3000);

const begun = performance.now();
const sim = await startKisSimulator({ seed: 1, now, limits: false, symbols });
console.log(`start with ${symbols.length} symbols: ${(performance.now() - begun).toFixed(0)} ms`);

const token = await issue();
const common = "FID_COND_MRKT_DIV_CODE=J&FID_INPUT_HOUR_1=153000&FID_PW_DATA_INCU_YN=N&FID_INPUT_ISCD=";
const dated = `FID_INPUT_DATE_1=20261120&FID_FAKE_TICK_INCU_YN=&${common}`;
await measure("0230, one symbol", "FHKST03010230", `inquire-time-dailychartprice?${dated}`, ["005930"]);
await measure("0230, 3000 symbols", "FHKST03010230", `inquire-time-dailychartprice?${dated}`, symbols);
await measure(
  "0200, 3000 symbols",
  "FHKST03010200",
  `inquire-time-itemchartprice?FID_ETC_CLS_CODE=&${common}`,
  symbols,
);
console.log(`connections: ${sim.stats.connections}`);
await sim.close();

const market = createMarket({ seed: 1, symbols });
const made = process.cpuUsage();
for (const symbol of symbols.slice(0, 1000)) market.symbolDay(symbol, "2026-11-20");
const { user, system } = process.cpuUsage(made);
console.log(`market: ${((user + system) / 1e6).toFixed(3)} ms of CPU a symbol-day`);

async function measure(name: string, trId: string, path: string, asked: readonly string[]): Promise<void> {
  const headers = {
    authorization: `Bearer ${token}`,
    appkey: "test",
    appsecret: "test",
    tr_id: trId,
    custtype: "P",
  };
  const url = `${sim.baseUrl}/uapi/domestic-stock/v1/quotations/${path}`;
  const work = JSON.stringify({ url, headers, asked, total, connections });
  const used = process.cpuUsage();
  const { stdout } = await promisify(execFile)(process.execPath, ["-e", CLIENT, work]);
  const spent = process.cpuUsage(used);
  const { seconds, bytes } = JSON.parse(stdout) as { seconds: number; bytes: number };
  // CPU time of the server tells on a busy host too.
  const cpu = (total * 1e6) / (spent.user + spent.system);
  console.log(
    `${name}: ${(total / seconds).toFixed(0)} requests/s (server alone: ${cpu.toFixed(0)} a CPU second), ` +
      `${(bytes / total / 1024).toFixed(1)} KiB each`,
  );
}

async function issue(): Promise<string> {
  const body = JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test" });
  const response = await fetch(`${sim.baseUrl}/oauth2/tokenP`, { method: "POST", body });
  return ((await response.json()) as { access_token: string }).access_token;
}
