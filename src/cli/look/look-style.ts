/**
 * The style of the pages, light and dark, from 320 px up: type, facts, tables, and the colours that scripts draw with.
 * Whole, partial, absent, rising and falling have the same colour on every page.
 */
export const LOOK_STYLE = `
:root {
  --text: #1c2330; --soft: #5b6577; --ground: #fff; --line: #e3e7ee; --well: #2e8b57; --wrong: #c0392b;
  --whole: #2e8b57; --nearly: #a8d08d; --partly: #f3a712; --failed: #e4572e; --absent: #c8ced8; --to-come: #eef1f5;
  --up: #d24b40; --down: #3a6fb7; --volume: #9aa5b5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e8ee; --soft: #98a3b3; --ground: #14181f; --line: #2b323d; --well: #4cc38a; --wrong: #ff7b6b;
    --absent: #3a424e; --to-come: #232a34; --volume: #5b6577;
  }
}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1200px; margin: 1.25rem auto; padding: 0 1rem; color: var(--text); background: var(--ground) }
h1 { font-size: 1.35rem; margin: 0 } h1 span { font-weight: 400; color: var(--soft); font-size: 1rem }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .4rem } h2 span { font-weight: 400; color: var(--soft) }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.6rem, 1fr)); gap: .6rem 1rem; margin: .5rem 0 }
dt { color: var(--soft); font-size: .8rem } dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums }
dd small { color: var(--soft); font-size: .8rem; display: block }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .85rem }
th, td { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-variant-numeric: tabular-nums }
@media (max-width: 500px) { body { padding: 0 .6rem; font-size: 14px } dl { grid-template-columns: repeat(2, 1fr) } }
`;
