/** Light and dark, from 320 px up; colours that the scripts draw with are here as well. */
export const PAGE_STYLE = `
:root {
  --text: #1c2330; --soft: #5b6577; --ground: #fff; --line: #e3e7ee; --well: #2e8b57; --wrong: #c0392b;
  --s: #2e8b57; --n: #eef1f5; --w: #b9d3ee; --m: #f3a712; --f: #e4572e; --l: #8e44ad; --d: #6b2737; --r: #9a6b4f; --o: #7f8c8d;
  --up: #d24b40; --down: #3a6fb7; --volume: #9aa5b5;
}
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e8ee; --soft: #98a3b3; --ground: #14181f; --line: #2b323d; --well: #4cc38a; --wrong: #ff7b6b; --n: #232a34; --w: #3c5a7a; --volume: #5b6577 }
}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1200px; margin: 1.25rem auto; padding: 0 1rem; color: var(--text); background: var(--ground) }
h1 { font-size: 1.35rem; margin: 0 } h1 span { font-weight: 400; color: var(--soft); font-size: 1rem }
h2 { font-size: 1.05rem; margin: 1.5rem 0 .4rem } h2 input { font: inherit; font-weight: 400; border: 1px solid var(--line); border-radius: 4px; padding: 0 .35rem; background: var(--ground); color: inherit }
h2 span { font-weight: 400; color: var(--soft) }
#state { display: inline-block; margin: .4rem 0; padding: .1rem .6rem; border-radius: 4px; border-left: 4px solid var(--soft); font-weight: 600 }
#state.well { border-color: var(--well); color: var(--well) } #state.wrong { border-color: var(--wrong); color: var(--wrong) }
#problems { margin: 0 0 .5rem; padding-left: 1.1rem; overflow-wrap: anywhere } #problems:empty { display: none }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.6rem, 1fr)); gap: .6rem 1rem; margin: .5rem 0 }
dt { color: var(--soft); font-size: .8rem } dd { margin: 0; font-size: 1.1rem; font-variant-numeric: tabular-nums } dd small { color: var(--soft); font-size: .8rem; display: block }
canvas { display: block; width: 100% } #map { cursor: crosshair }
#legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: .4rem 0; font-size: .8rem; color: var(--soft) }
#legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem; vertical-align: -.1rem; border-radius: 2px }
#told, #rest { min-height: 1.5em; margin: .2rem 0; font-size: .85rem; color: var(--soft); font-variant-numeric: tabular-nums }
.wide { overflow-x: auto } table { border-collapse: collapse; font-size: .85rem } th, td { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid var(--line); vertical-align: top; font-variant-numeric: tabular-nums }
td:nth-child(2) { white-space: nowrap }
@media (max-width: 500px) { body { padding: 0 .6rem; font-size: 14px } dl { grid-template-columns: repeat(2, 1fr) } }
`;
