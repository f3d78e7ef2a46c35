import { expect, test } from "vitest";
import { at, collect, openMarket } from "./stream-market.js";

const MINUTE = 60_000;
const SECRET = "a-very-secret-approval-key-0123456789";

test.each([
  ["a key that is no text", { approval_key: [SECRET] }],
  ["another name", { approvalKey: SECRET, access_token: SECRET }],
  ["text around it", `${JSON.stringify({ approval_key: SECRET })}<html>`],
  ["half of it", `{"approval_key":"${SECRET}`],
  ["a line within it", { approval_key: `${SECRET}\n${SECRET}` }],
  ["nothing around it", JSON.stringify(SECRET)],
])("an answer with an approval key and %s shows the key to nobody", async (_, body) => {
  const market = openMarket({ symbols: ["005930"] });
  const { clock, said, open } = market;
  for (const status of [200, 403, 500]) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const client = open({ fetch: () => Promise.resolve(new Response(text, { status })) });
    const { events, done } = collect(client.stream({ symbols: ["005930"] }));
    await clock.advance(2 * MINUTE);
    await clock.runUntil(client.close());
    const error = await clock.runUntil(done);
    const chain: unknown[] = [];
    for (let one = error; one instanceof Error; one = one.cause)
      chain.push(one.message, one.stack, Object.entries(one));
    const shown = JSON.stringify([chain, events, said]);
    expect(shown, `status ${status}`).not.toContain(SECRET);
    expect(shown).not.toContain('"test"');
  }
});

test("neither the keys that KIS sends with each acknowledgement nor the approval key are in events, status or log", async () => {
  const market = openMarket({
    symbols: ["005930"],
    stream: {
      faults: [{ do: "close-1006", from: at("10:01"), times: 2 }],
      slotHoldMs: 30_000,
      tradeFields: 51,
    },
  });
  const { clock, client, sockets, said, core } = market;
  const heard: string[] = [];
  const spied = market.open({
    fetch: core.fetch,
    webSocket: (url, events) =>
      sockets.connect(url, {
        ...events,
        open: () => events.open(),
        message: (data) => {
          heard.push(Buffer.from(data).toString("latin1"));
          events.message(data);
        },
        close: (code) => events.close(code),
      }),
  });
  const stream = spied.stream({ symbols: ["005930"] });
  const { events } = collect(stream);
  await clock.advance(10 * MINUTE);
  const shown = JSON.stringify([events, said, stream.status]);
  const secrets = [
    ...sockets.sent.flatMap((text) => /"approval_key":"([^"]+)"/.exec(text)?.[1] ?? []),
    ...heard.flatMap((text) =>
      [/"iv":"([^"]+)"/.exec(text)?.[1] ?? [], /"key":"([^"]+)"/.exec(text)?.[1] ?? []].flat(),
    ),
  ];
  expect(new Set(secrets).size).toBeGreaterThanOrEqual(3);
  for (const secret of secrets) expect(shown).not.toContain(secret);
  await clock.runUntil(spied.close());
  await clock.runUntil(client.close());
});
