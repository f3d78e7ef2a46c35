// How fast the simulator starts and answers over loopback: the server here, a client of its own process beside it.
// Run: node bench/run.mjs simulator [requests] [connections]
import { execFile } from "node:child_process";
import { stdout } from "node:process";
import { promisify } from "node:util";
import { kstInstant } from "hantoo";
import { createMarket, simulatedSymbols, startKisSimulator } from "hantoo/testing";
import { markdownTable } from "./markdown.js";

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
const startMs = performance.now() - begun;
const rows: Readonly<Record<string, string | number>>[] = [];

const token = await issue();
const common = "FID_COND_MRKT_DIV_CODE=J&FID_INPUT_HOUR_1=153000&FID_PW_DATA_INCU_YN=N&FID_INPUT_ISCD=";
const dated = `FID_INPUT_DATE_1=20261120&FID_FAKE_TICK_INCU_YN=&${common}`;
await measure("FHKST03010230, one symbol", "FHKST03010230", `inquire-time-dailychartprice?${dated}`, [
  "005930",
]);
await measure(
  "FHKST03010230, 3,000 symbols",
  "FHKST03010230",
  `inquire-time-dailychartprice?${dated}`,
  symbols,
);
await measure(
  "FHKST03010200, 3,000 symbols",
  "FHKST03010200",
  `inquire-time-itemchartprice?FID_ETC_CLS_CODE=&${common}`,
  symbols,
);
await sim.close();

const market = createMarket({ seed: 1, symbols });
const made = process.cpuUsage();
for (const symbol of symbols.slice(0, 1000)) market.symbolDay(symbol, "2026-11-20");
const { user, system } = process.cpuUsage(made);
stdout.write(
  `${markdownTable(rows)}\nStarted with 3,000 symbols in ${startMs.toFixed(0)} ms; a symbol's day is made in ${((user + system) / 1e6).toFixed(2)} ms of CPU.\n`,
);

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
  const client = await promisify(execFile)(process.execPath, ["-e", CLIENT, work]);
  const spent = process.cpuUsage(used);
  const { seconds, bytes } = JSON.parse(client.stdout) as { seconds: number; bytes: number };
  // CPU time of the server tells on a busy host too.
  const cpu = (total * 1e6) / (spent.user + spent.system);
  rows.push({
    requests: name,
    "a second": Math.round(total / seconds).toLocaleString("en"),
    "a second of the server's CPU": Math.round(cpu).toLocaleString("en"),
    "KiB each": (bytes / total / 1024).toFixed(1),
  });
}

async function issue(): Promise<string> {
  const body = JSON.stringify({ grant_type: "client_credentials", appkey: "test", appsecret: "test" });
  const response = await fetch(`${sim.baseUrl}/oauth2/tokenP`, { method: "POST", body });
  return ((await response.json()) as { access_token: string }).access_token;
}
