import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type KisSimulatorOptions, type RunningKisSimulator, startKisSimulator } from "hantoo/testing";
import { at } from "./ask-kis.js";
import { checkControlFrame, checkTradeFrame } from "./conformance.js";

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});

const start = async (options: KisSimulatorOptions = {}): Promise<RunningKisSimulator> => {
  const sim = await startKisSimulator({
    seed: 7,
    now: at("10:00"),
    limits: { tokenPerSecond: false },
    ...options,
  });
  open.push(sim);
  return sim;
};

interface Line {
  next(): Promise<string>;
  send(message: object | string): void;
  subscribe(
    symbol: string,
    trId?: string,
    type?: string,
  ): Promise<{ code: string; body: Record<string, unknown>; frame: unknown }>;
  readonly socket: WebSocket;
}

async function connect(sim: RunningKisSimulator, key?: string): Promise<Line> {
  const approved = await sim.fetch("http://kis.invalid/oauth2/Approval", {
    method: "POST",
    body: JSON.stringify({ grant_type: "client_credentials", appkey: "test", secretkey: "test" }),
  });
  const approval = key ?? ((await approved.json()) as { approval_key: string }).approval_key;
  const socket = new WebSocket(`${sim.baseUrl.replace("http", "ws")}/tryitout`);
  open.push(socket);
  const texts: string[] = [];
  const waiting: ((text: string) => void)[] = [];
  socket.on("message", (data: Buffer) => {
    const take = waiting.shift();
    if (take === undefined) texts.push(data.toString("utf8"));
    else take(data.toString("utf8"));
  });
  await once(socket, "open");
  const next = (): Promise<string> => {
    const text = texts.shift();
    return text === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(text);
  };
  const send = (message: object | string): void =>
    socket.send(typeof message === "string" ? message : JSON.stringify(message));
  return {
    socket,
    next,
    send,
    async subscribe(symbol, trId = "H0STCNT0", type = "1") {
      send({
        header: { approval_key: approval, custtype: "P", tr_type: type, "content-type": "utf-8" },
        body: { input: { tr_id: trId, tr_key: symbol } },
      });
      const frame = JSON.parse(await next()) as { body: Record<string, unknown> };
      return { code: String(frame.body["msg_cd"]), body: frame.body, frame };
    },
  };
}

describe("the frames", () => {
  const recordings = process.env["HANTOO_RECORDINGS"];

  test.runIf(recordings !== undefined)("of KIS", () => {
    const text = readFileSync(join(recordings ?? "", "kis", "40-websocket-frames.json"), "utf8");
    const { payload } = JSON.parse(text) as { payload: Record<string, unknown> };
    checkControlFrame(payload["ack"]);
    checkControlFrame(payload["pingpong"]);
    checkTradeFrame(String(payload["data_prefix"]));
  });

  test("of the simulator", async () => {
    const sim = await start({ stream: { busyWithoutPing: false } });
    const line = await connect(sim);
    checkControlFrame((await line.subscribe("005930")).frame);
    sim.clock.advance(60_000);
    const seen = new Set<string>();
    while (seen.size < 2) {
      const frame = await line.next();
      seen.add(frame.slice(0, 1));
      if (frame.startsWith("{")) checkControlFrame(JSON.parse(frame));
      else checkTradeFrame(frame);
    }
  });
});

describe("the trade stream", () => {
  test("acknowledges with iv and key, and sends each trade once in 47 fields", async () => {
    const sim = await start();
    const line = await connect(sim);
    const { code, body } = await line.subscribe("005930");
    expect(code).toBe("OPSP0000");
    expect(body["output"]).toMatchObject({
      iv: expect.stringMatching(/^.{16}$/),
      key: expect.stringMatching(/^.{32}$/),
    });
    const bars = sim
      .truth("005930", "2026-11-20")
      .filter(({ time }) => time >= at("10:00") && time < at("10:01"));
    const volumes = new Map<string, number>();
    let last = 0;
    sim.clock.advance(30_000);
    sim.clock.advance(29_999);
    const total = bars.reduce((sum, bar) => sum + bar.volume, 0);
    while ([...volumes.values()].reduce((sum, volume) => sum + volume, 0) < total) {
      const frame = await line.next();
      if (frame.startsWith("{")) continue;
      const [encrypted, trId, count, text] = frame.split("|");
      expect([encrypted, trId, count!.length]).toEqual(["0", "H0STCNT0", 3]);
      const fields = text!.split("^");
      expect(fields.length).toBe(47 * Number(count));
      for (let from = 0; from < fields.length; from += 47) {
        const record = fields.slice(from, from + 47);
        expect([record[0], record[33], record[46]]).toEqual(["005930", "20261120", "2"]);
        expect(Number(record[13])).toBe(last === 0 ? Number(record[13]) : last + Number(record[12]));
        last = Number(record[13]);
        const minute = record[1]!.slice(0, 4);
        volumes.set(minute, (volumes.get(minute) ?? 0) + Number(record[12]));
      }
    }
    expect([...volumes.values()]).toEqual(bars.map((bar) => bar.volume));
  });

  test("had 46 fields before 2026-09-14", async () => {
    const sim = await start({ now: at("10:00", "2026-09-11") });
    const line = await connect(sim);
    await line.subscribe("005930");
    sim.clock.advance(60_000);
    let frame = await line.next();
    while (frame.startsWith("{")) frame = await line.next();
    const [, , count, text] = frame.split("|");
    expect(text!.split("^").length).toBe(46 * Number(count));
  });

  test("takes 41 registrations, each once, and lets go of them", async () => {
    const symbols = Array.from({ length: 42 }, (_, index) => `${String(100 + index)}0${index % 10}0`);
    const sim = await start({ symbols: [...new Set(symbols)] });
    const line = await connect(sim);
    const codes: string[] = [];
    for (const symbol of sim.market.symbols) codes.push((await line.subscribe(symbol)).code);
    expect(codes.filter((code) => code === "OPSP0000").length).toBe(41);
    expect(codes.at(-1)).toBe("OPSP0008");
    const [first] = sim.market.symbols;
    expect((await line.subscribe(first!)).code).toBe("OPSP0002");
    expect((await line.subscribe(first!, "H0STCNT0", "2")).code).toBe("OPSP0001");
    expect((await line.subscribe(first!, "H0STCNT0", "2")).code).toBe("OPSP0003");
    expect((await line.subscribe(sim.market.symbols.at(-1)!)).code).toBe("OPSP0000");
  });

  test("refuses what it cannot serve", async () => {
    const sim = await start({ environment: "paper" });
    const line = await connect(sim);
    expect((await line.subscribe("999990")).code).toBe("OPSP8992");
    expect((await line.subscribe("005930", "H0UNCNT0")).code).toBe("OPSP8991");
    line.send("{");
    expect(JSON.parse(await line.next())).toMatchObject({ body: { msg_cd: "OPSP9999" } });
    const stranger = await connect(sim, "no-such-key");
    expect((await stranger.subscribe("005930")).code).toBe("OPSP0011");
  });

  test("allows one session a key", async () => {
    const sim = await start();
    const one = await connect(sim);
    expect((await one.subscribe("005930")).code).toBe("OPSP0000");
    const two = await connect(sim);
    const closed = once(two.socket, "close");
    expect((await two.subscribe("005930")).code).toBe("OPSP8996");
    await closed;
    expect(one.socket.readyState).toBe(WebSocket.OPEN);
  });

  test("sends PINGPONG and drops who leaves it unanswered for 100 s", async () => {
    const sim = await start();
    const line = await connect(sim);
    await line.subscribe("005930", "H0STMKO0");
    sim.clock.advance(14_000);
    const ping = await line.next();
    expect(JSON.parse(ping)).toEqual({ header: { tr_id: "PINGPONG", datetime: "20261120100014" } });
    line.send(ping);
    // What comes back afterwards shows that the echo has arrived.
    await line.subscribe("001080", "H0STMKO0");
    const closed = once(line.socket, "close");
    sim.clock.advance(14_000);
    sim.clock.advance(100_400);
    await line.next();
    expect(line.socket.readyState).toBe(WebSocket.OPEN);
    sim.clock.advance(200);
    await closed;
  });

  test("acknowledges what Nextrade does not trade, and sends nothing of it", async () => {
    const sim = await start();
    const quiet = sim.market.symbols.find((symbol) => sim.market.instrument(symbol)?.nxt === false)!;
    const line = await connect(sim);
    expect((await line.subscribe(quiet, "H0UNCNT0")).code).toBe("OPSP0000");
    expect((await line.subscribe("005930", "H0UNCNT0")).code).toBe("OPSP0000");
    sim.clock.advance(600_000);
    const frame = await line.next();
    expect(frame).toMatch(/^0\|H0UNCNT0\|/);
    expect(frame).not.toContain(`${quiet}^`);
  });

  test("keeps the slot of a session that died without a close frame, and no other", async () => {
    const sim = await start({ stream: { slotHoldMs: 60_000 } });
    const clean = await connect(sim);
    await clean.subscribe("005930");
    const gone = once(clean.socket, "close");
    clean.socket.close();
    await gone;
    const dying = await connect(sim);
    expect((await dying.subscribe("005930")).code).toBe("OPSP0000");
    dying.socket.terminate();
    await once(dying.socket, "close");
    const third = await connect(sim);
    const code = (await third.subscribe("005930")).code;
    expect(code).toBe("OPSP8996");
    sim.clock.advance(61_000);
    const fourth = await connect(sim);
    expect((await fourth.subscribe("005930")).code).toBe("OPSP0000");
  });

  test("cuts every session on Friday evening, and in an outage, which refuses new ones", async () => {
    const sim = await start({
      now: at("20:29"),
      stream: { outages: [{ from: at("20:40"), to: at("20:43") }] },
    });
    const friday = await connect(sim);
    const cut = once(friday.socket, "close");
    sim.clock.advance(60_000);
    expect((await cut)[0]).toBe(1006);
    const next = await connect(sim);
    const out = once(next.socket, "close");
    sim.clock.set(at("20:41"));
    await out;
    await expect(connect(sim)).rejects.toThrow();
    sim.clock.set(at("20:43"));
    await connect(sim);
  });

  test("does to records what it is told, by seed", async () => {
    const lines = async (faults: NonNullable<KisSimulatorOptions["stream"]>["faults"]): Promise<string[]> => {
      const sim = await start({ stream: { faults: faults!, frameRecords: 1, busyWithoutPing: false } });
      const line = await connect(sim);
      await line.subscribe("005930");
      sim.clock.advance(120_000);
      sim.clock.advance(14_000);
      const frames: string[] = [];
      for (;;) {
        const frame = await line.next();
        if (frame.startsWith("{")) return frames;
        frames.push(frame.split("^").slice(1, 47).join("^"));
      }
    };
    const all = await lines([]);
    expect(all.length).toBeGreaterThan(3);
    const [first, second, third] = all;
    const one = { times: 1 } as const;
    expect(await lines([{ do: "lose", ...one }])).toEqual(all.slice(1));
    expect(await lines([{ do: "duplicate", ...one }])).toEqual([first, ...all]);
    expect((await lines([{ do: "reorder", ...one }])).slice(0, 3)).toEqual([second, first, third]);
  });

  test("records of a symbol keep the arithmetic of the running totals", async () => {
    const sim = await start({ now: at("08:59:59") });
    const line = await connect(sim);
    await line.subscribe("005930");
    sim.clock.set(at("17:00"));
    let [volume, turnover, count] = [-1, 0, 0];
    const most = sim.truth("005930", "2026-11-20").at(-1)!.accVolume;
    const sizes = new Set<number>();
    for (let sum = 0; sum < most;) {
      const [, , records, text] = (await line.next()).split("|");
      const fields = text!.split("^");
      sizes.add(Number(records));
      for (let from = 0; from < fields.length; from += 47) {
        const record = fields.slice(from, from + 47);
        const of = (index: number): number => Number(record[index]);
        if (volume < 0) volume = of(13) - of(12);
        expect(of(13)).toBe(volume + of(12));
        expect(of(14)).toBe(turnover + of(2) * of(12));
        expect(of(19) + of(20)).toBeLessThan(of(13));
        expect(of(22)).toBeLessThanOrEqual(1);
        [volume, turnover] = [of(13), of(14)];
        count++;
        sum += of(12);
        if (sum === most) expect([record[1]!.slice(0, 4), record[21]]).toEqual(["1530", "3"]);
      }
    }
    expect(count).toBeGreaterThan(1000);
    expect(Math.max(...sizes)).toBe(11);
    expect(Math.min(...sizes)).toBe(1);
  });
});
