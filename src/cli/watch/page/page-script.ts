/** Runs in the browser: asks the server every few seconds and shows the answer. Values are set as text, never as HTML. */
export const PAGE_SCRIPT = `
const EVERY_MS = 5000;
const MOST_GAPS = 100;
const { words } = JSON.parse(document.getElementById("data").textContent);
const at = (id) => document.getElementById(id);
const KST = 9 * 3600000;
const stamp = (time) => new Date(time + KST).toISOString();
const clock = (time) => stamp(time).slice(11, 16);
const percent = (rate) => (Math.floor(rate * 10000) / 100).toFixed(2) + " %"; // not whole must not read 100 %
const fill = (text, ...values) => values.reduce((done, value) => done.replace("{}", () => String(value)), text);
const span = (ms) => ms < 60000 ? Math.round(ms / 1000) + " s" : Math.floor(ms / 60000) + " min " + (Math.floor(ms / 1000) % 60) + " s";
const dayAndTime = (time) => stamp(time).slice(5, 16).replace("T", " ");

let names = {};
let status;
let map;
let chosen;
let bars = [];
let barsOf = "";
let lastAnswer;

async function ask(path) {
  const response = await fetch(path, { signal: AbortSignal.timeout(10000) });
  if (!response.ok) throw new Error(path + " " + response.status);
  return response.json();
}

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  return made;
}

function showState() {
  const isWell = status.problems.length === 0;
  at("state").className = isWell ? "well" : "wrong";
  at("state").textContent = isWell ? words.well : words.wrong;
  at("what").textContent = [status.venue, status.tradingDay, status.isOpen ? words.open : words.closed, stamp(status.at).slice(11, 19) + " KST"].join(" · ");
  document.title = (isWell ? "" : "! ") + "hantoo " + status.tradingDay + " " + percent(status.dueRate);
  at("problems").replaceChildren(...status.problems.map(({ text }) => element("li", text)));
}

function showFacts() {
  const { facts } = words;
  const { lag, pace } = status;
  const rows = [
    [facts.stored, number(status.today_total), fill(words.of, number(status.expected_total))],
    [facts.due, percent(status.dueRate), fill(words.of, number(status.dueMinutes))],
    [facts.symbols, number(status.stock_count)],
    [facts.lag, span(lag.ms), lag.promisedMs === null ? undefined : fill(words.promised, span(lag.promisedMs))],
    [facts.last, status.last_time === null ? words.none : clock(status.last_time)],
    [facts.every, fill(words.minutes, pace.everyMinutes)],
  ];
  if (pace.source !== null)
    rows.push([facts.pace, fill(words.perSecond, pace.source.current), pace.source.refusals > 0 ? fill(words.refused, number(pace.source.refusals)) : fill(words.of, pace.source.ceiling)]);
  if (status.lastPass !== null) rows.push([facts.pass, dayAndTime(status.lastPass.at).slice(6), fill(words.calls, number(status.lastPass.calls))]);
  if (status.nextSession !== null) rows.push([facts.next, dayAndTime(status.nextSession.open)]);
  if (status.tokens !== null) rows.push([facts.tokens, number(status.tokens.issued)]);
  if (status.waiting > 0) rows.push([facts.waiting, number(status.waiting)]);
  at("facts").replaceChildren(...rows.map(([name, value, small]) => {
    const row = element("div");
    const told = element("dd", value);
    if (small !== undefined) told.append(element("small", small));
    row.append(element("dt", name), told);
    return row;
  }));
}

function showGaps() {
  const gaps = gapsOf(map);
  const head = element("tr");
  head.append(...[words.symbol, words.day, words.missing].map((text) => element("th", text)));
  const lines = gaps.slice(0, MOST_GAPS).map(({ symbol, stored, parts }) => {
    const line = element("tr");
    const told = parts.slice(0, 8).map(({ from, to, state }) => clock(from) + (to > from ? "-" + clock(to) : "") + " " + words.states[state]);
    line.append(element("td", label(symbol)), element("td", number(stored) + " / " + number(map.times.length)), element("td", told.join(", ") + (parts.length > 8 ? " …" : "")));
    return line;
  });
  at("gaps").replaceChildren(...(gaps.length === 0 ? [] : [head, ...lines]));
  at("rest").textContent = gaps.length === 0 ? words.noGaps : gaps.length > MOST_GAPS ? fill(words.more, number(gaps.length - MOST_GAPS)) : "";
  at("map").setAttribute("aria-label", words.map + ": " + percent(status.dueRate));
}

const label = (symbol) => (names[symbol] === undefined ? symbol : symbol + " " + names[symbol]);

function showLegend() {
  const seen = new Set(map.rows.flatMap(({ runs }) => runs.map(([rank]) => RANK[rank])));
  at("legend").replaceChildren(...[..."snwmflrdo"].filter((letter) => seen.has(letter)).map((letter) => {
    const made = element("span");
    const box = element("i");
    box.style.background = "var(--" + letter + ")";
    made.append(box, words.states[letter]);
    return made;
  }));
}

function draw() {
  if (map === undefined) return;
  drawMap(at("map"), map);
  drawCandles(at("candles"), map, bars, words);
}

async function showBars() {
  const symbols = status.minutes.symbols;
  if (chosen === undefined || !symbols.includes(chosen)) choose(symbols[0]);
  if (chosen === undefined) return;
  const wanted = [chosen, status.tradingDay, status.lastPass === null ? "" : status.lastPass.at].join(" ");
  if (wanted !== barsOf) {
    const answer = await ask("bars?symbol=" + encodeURIComponent(chosen));
    if (answer.symbol !== chosen) return;
    bars = answer.bars;
    barsOf = wanted;
  }
  at("candles").setAttribute("aria-label", words.candles + " " + label(chosen));
  draw();
}

function choose(symbol) {
  if (symbol === undefined) return;
  chosen = symbol;
  if (document.activeElement !== at("symbol")) at("symbol").value = symbol;
  at("name").textContent = names[symbol] ?? "";
}

async function refresh() {
  try {
    status = await ask("status");
    lastAnswer = status.at;
    map = readMap(status);
    showState();
    showFacts();
    showGaps();
    showLegend();
    draw();
    await showBars();
  } catch (error) {
    at("state").className = "wrong";
    at("state").textContent = fill(words.silent, lastAnswer === undefined ? "?" : stamp(lastAnswer).slice(11, 19));
  }
}

at("map").addEventListener("pointermove", (event) => {
  const point = map && atPoint(at("map"), map, event);
  if (!point) return;
  const { rows } = point;
  const who = rows.length === 1 ? label(point.symbol) : fill(words.symbolsHere, rows.length, rows[0].symbol, rows[rows.length - 1].symbol) + " · " + label(point.symbol);
  at("told").textContent = who + " · " + clock(point.time) + " · " + words.states[point.state];
});
at("map").addEventListener("click", (event) => {
  const point = map && atPoint(at("map"), map, event);
  if (!point) return;
  at("symbol").blur();
  choose(point.symbol);
  showBars().catch(() => undefined);
});
at("symbol").addEventListener("change", () => {
  const typed = at("symbol").value.trim().toUpperCase();
  const found = status && status.minutes.symbols.find((symbol) => symbol === typed || names[symbol] === at("symbol").value.trim());
  if (found === undefined) return void (at("symbol").value = chosen ?? "");
  at("symbol").blur();
  choose(found);
  showBars().catch(() => undefined);
});
addEventListener("resize", draw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });

(async () => {
  names = await ask("names").catch(() => ({}));
  for (;;) {
    if (!document.hidden || status === undefined) await refresh();
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
})();
`;
