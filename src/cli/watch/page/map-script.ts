/**
 * Runs in the browser. A market has more symbols than a screen has lines, and a day more minutes than a phone has dots.
 * A dot shows the worst of its minutes, so that no gap is too small to be seen.
 */
export const MAP_SCRIPT = `
const RANK = "nswomrdfl"; // the worst last
const MINUTE = 60000;
const LABELLED = 40; // rows, of which each has its symbol beside it

/** The map of a status, spelled out: runs as [rank, from, end) by index of minute. */
function readMap(status) {
  const times = [];
  for (const { from, to } of status.minutes.spans) for (let time = from; time <= to; time += MINUTE) times.push(time);
  const promised = status.lag.promisedMs ?? Infinity;
  // A minute that is final and not late is on its way.
  let late = times.findIndex((time) => time + MINUTE + promised > status.at);
  if (late < 0) late = times.length;
  const rows = status.minutes.runs.map((text, at) => {
    const runs = [];
    let from = 0;
    for (const [, count, letter] of text.matchAll(/(\\d+)([a-z])/g)) {
      const end = from + Number(count);
      if (letter === "m" && end > late) {
        if (from < late) runs.push([RANK.indexOf("m"), from, late]);
        runs.push([RANK.indexOf("w"), Math.max(from, late), end]);
      } else runs.push([RANK.indexOf(letter), from, end]);
      from = end;
    }
    return { symbol: status.minutes.symbols[at], runs };
  });
  return { times, rows, final: status.minutes.final };
}

/** A canvas as sharp as the screen. */
function sharp(canvas, height) {
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  canvas.style.height = height + "px";
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = "11px system-ui, sans-serif";
  return { context, width, ratio };
}

function bytesOf(colour) {
  const hex = colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit).join("") : colour.slice(1);
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/** Where the map lies on its canvas, in CSS pixels. */
function placeOfMap(canvas, map) {
  const count = map.rows.length;
  const isLabelled = count <= LABELLED;
  const height = isLabelled ? Math.max(1, count) * 16 : Math.min(640, Math.max(400, count));
  return { left: isLabelled ? 66 : 0, height, width: canvas.clientWidth - (isLabelled ? 66 : 0), isLabelled };
}

function drawMap(canvas, map) {
  const place = placeOfMap(canvas, map);
  const { context, ratio } = sharp(canvas, place.height + 18);
  const [columns, lines] = [Math.floor(place.width * ratio), Math.floor(place.height * ratio)];
  const [minutes, symbols] = [map.times.length, map.rows.length];
  if (columns < 1 || minutes === 0 || symbols === 0) return;
  const image = context.createImageData(columns, lines);
  const colours = [...RANK].map((letter) => bytesOf(colourOf(letter)));
  const gap = place.isLabelled ? Math.max(1, Math.round(ratio)) : 0;
  const dots = new Uint8Array(columns);
  for (let line = 0; line < lines; line++) {
    const first = Math.floor((line * symbols) / lines);
    const last = Math.max(first + 1, Math.ceil(((line + 1) * symbols) / lines));
    const bottom = Math.floor(((first + 1) * lines) / symbols);
    if (line >= bottom - gap && gap > 0) continue;
    dots.fill(0);
    for (let at = first; at < (symbols > lines ? last : first + 1) && at < symbols; at++) {
      for (const [rank, from, end] of map.rows[at].runs) {
        const right = Math.ceil((end * columns) / minutes);
        for (let x = Math.floor((from * columns) / minutes); x < right; x++) if (dots[x] < rank) dots[x] = rank;
      }
    }
    for (let x = 0; x < columns; x++) {
      const [red, green, blue] = colours[dots[x]];
      image.data.set([red, green, blue, 255], (line * columns + x) * 4);
    }
  }
  context.putImageData(image, Math.round(place.left * ratio), 0);
  context.fillStyle = colourOf("soft");
  context.textBaseline = "middle";
  if (place.isLabelled) map.rows.forEach(({ symbol }, at) => context.fillText(symbol, 0, at * 16 + 8, place.left - 6));
  context.textBaseline = "alphabetic";
  drawHours(context, map.times, (at) => place.left + (at * place.width) / minutes, place.height + 13, place.left + place.width);
}

/** Full hours under a row of minutes, as far as they do not run into one another. */
function drawHours(context, times, xOf, y, right) {
  let free = 0;
  times.forEach((time, at) => {
    const label = clock(time);
    if (!label.endsWith(":00") && at !== 0) return;
    const width = context.measureText(label).width;
    const x = Math.min(xOf(at), right - width);
    if (x < free) return;
    context.fillText(label, x, y);
    free = x + width + 14;
  });
}

/** What lies at a point of the map; undefined beside it. */
function atPoint(canvas, map, event) {
  const box = canvas.getBoundingClientRect();
  const place = placeOfMap(canvas, map);
  const [x, y] = [event.clientX - box.left - place.left, event.clientY - box.top];
  const symbols = map.rows.length;
  if (x < 0 || y < 0 || x >= place.width || y >= place.height || symbols === 0) return undefined;
  const minute = Math.min(map.times.length - 1, Math.floor((x * map.times.length) / place.width));
  const first = Math.floor((y * symbols) / place.height);
  const end = Math.max(first + 1, Math.min(symbols, Math.ceil(((y + 1) * symbols) / place.height)));
  const rows = map.rows.slice(first, symbols > place.height ? end : first + 1);
  const worst = (row) => row.runs.find(([, from, to]) => minute >= from && minute < to)?.[0] ?? 0;
  const found = rows.reduce((one, row) => (worst(row) > worst(one) ? row : one), rows[0]);
  return { time: map.times[minute], rows, symbol: found.symbol, state: RANK[worst(found)] };
}

/** Gaps of each symbol that somebody should look at: neither to come nor on their way. */
function gapsOf(map) {
  const wrong = new Set("omrdfl");
  return map.rows.flatMap(({ symbol, runs }) => {
    const spans = runs.filter(([rank]) => wrong.has(RANK[rank]));
    if (spans.length === 0) return [];
    const stored = runs.reduce((sum, [rank, from, end]) => sum + (RANK[rank] === "s" ? end - from : 0), 0);
    const parts = spans.map(([rank, from, end]) => ({ from: map.times[from], to: map.times[end - 1], state: RANK[rank] }));
    return [{ symbol, stored, parts }];
  });
}
`;
