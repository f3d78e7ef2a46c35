// The page behind `follow --serve`: today's minutes by symbol, gaps, pace and lag, one symbol's last minutes.
import { createHash } from "node:crypto";
import { LOOK_SCRIPT, LOOK_STYLE } from "../../look/index.js";
import { CANDLES_SCRIPT } from "./candles-script.js";
import { MAP_SCRIPT } from "./map-script.js";
import { PAGE_SCRIPT } from "./page-script.js";
import { PAGE_STYLE } from "./page-style.js";
import { type PageWords, WORDS } from "./words.js";

/** A page, and what it may load: nothing but the data of its own server. */
export interface Page {
  readonly html: string;
  /** Content-Security-Policy. */
  readonly policy: string;
}

/** @returns the page, the same for every request: its script asks `/status` every few seconds. */
export function livePage(language: "en" | "ko"): Page {
  const words = WORDS[language];
  const script = `"use strict";\n${LOOK_SCRIPT}${MAP_SCRIPT}${CANDLES_SCRIPT}${PAGE_SCRIPT}`;
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(STYLE)}`,
    "connect-src 'self'",
  ].join("; ");
  return { html: htmlOf(language, words, script), policy };
}

const STYLE = LOOK_STYLE + PAGE_STYLE;
const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function htmlOf(language: "en" | "ko", words: PageWords, script: string): string {
  const data = JSON.stringify({ language, words }).replaceAll("<", "\\u003c");
  return `<!doctype html>
<html lang="${language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>hantoo</title>
<style>${STYLE}</style>
<header>
  <h1>hantoo <span id="what"></span></h1>
  <p id="state" role="status" class="wait">${words.waiting}</p>
</header>
<ul id="problems"></ul>
<dl id="facts"></dl>
<h2>${words.map}</h2>
<canvas id="map" role="img" tabindex="0"></canvas>
<p id="legend"></p>
<p id="told" aria-live="polite">${words.point}</p>
<h2><label for="symbol">${words.candles}</label> <input id="symbol" size="9" autocomplete="off" spellcheck="false"> <span id="name"></span></h2>
<canvas id="candles" role="img"></canvas>
<h2>${words.gaps}</h2>
<div class="wide"><table id="gaps"></table></div>
<p id="rest"></p>
<noscript>${words.noScript}</noscript>
<script type="application/json" id="data">${data}</script>
<script>${script}</script>
</html>
`;
}
