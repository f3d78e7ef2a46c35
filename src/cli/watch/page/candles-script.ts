/** Runs in the browser: the last hour of a symbol. Red is up and blue is down, as usual in Korea. */
export const CANDLES_SCRIPT = `
const SHOWN = 60; // minutes

function drawCandles(canvas, map, bars, words) {
  const height = 260;
  const { context, width } = sharp(canvas, height);
  const times = map.times.slice(Math.max(0, map.final - SHOWN), map.final);
  const shown = bars.filter(({ time }) => times.length > 0 && time >= times[0] && time <= times[times.length - 1]);
  context.fillStyle = colourOf("soft");
  if (shown.length === 0) return void context.fillText(words.untraded, 4, 20);
  const right = width - 66;
  const [top, middle, bottom] = [10, 180, height - 18];
  const low = Math.min(...shown.map((bar) => bar.low));
  const high = Math.max(...shown.map((bar) => bar.high));
  const most = Math.max(...shown.map((bar) => bar.volume));
  const yOf = (price) => (high === low ? (top + middle) / 2 : middle - ((price - low) / (high - low)) * (middle - top));
  const slot = right / times.length;
  const place = new Map(times.map((time, at) => [time, at]));
  context.strokeStyle = colourOf("line");
  context.beginPath();
  for (const price of new Set([low, (low + high) / 2, high])) {
    context.moveTo(0, yOf(price));
    context.lineTo(right, yOf(price));
    context.fillText(number(Math.round(price)), right + 6, yOf(price) + 4);
  }
  context.stroke();
  context.fillText(number(most), right + 6, middle + 22);
  for (const bar of shown) {
    const left = place.get(bar.time) * slot;
    const body = Math.max(1, slot * 0.7);
    const centre = left + slot / 2;
    const tall = (bar.volume / most) * (bottom - middle - 14);
    context.fillStyle = colourOf("volume");
    context.fillRect(centre - body / 2, bottom - tall, body, tall);
    context.fillStyle = context.strokeStyle = colourOf(bar.close > bar.open ? "up" : bar.close < bar.open ? "down" : "soft");
    context.beginPath();
    context.moveTo(centre, yOf(bar.high));
    context.lineTo(centre, yOf(bar.low));
    context.stroke();
    const [from, to] = [yOf(Math.max(bar.open, bar.close)), yOf(Math.min(bar.open, bar.close))];
    context.fillRect(centre - body / 2, from, body, Math.max(1, to - from));
  }
  context.fillStyle = colourOf("soft");
  const every = times.filter((time) => new Date(time).getUTCMinutes() % 10 === 0);
  let free = 0;
  for (const time of every) {
    const x = place.get(time) * slot;
    const label = clock(time);
    if (x < free || x + context.measureText(label).width > right) continue;
    context.fillText(label, x, height - 4);
    free = x + context.measureText(label).width + 14;
  }
}
`;
