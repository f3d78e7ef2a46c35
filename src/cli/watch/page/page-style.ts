/** The style of this page alone, beside `LOOK_STYLE`. One-letter variables are the states of a minute map. */
export const PAGE_STYLE = `
:root { --s: var(--whole); --n: var(--to-come); --w: #b9d3ee; --m: var(--partly); --f: var(--failed); --l: #8e44ad; --d: #6b2737; --r: #9a6b4f; --o: #7f8c8d }
@media (prefers-color-scheme: dark) { :root { --w: #3c5a7a } }
h2 input { font: inherit; font-weight: 400; border: 1px solid var(--line); border-radius: 4px; padding: 0 .35rem; background: var(--ground); color: inherit }
#state { display: inline-block; margin: .4rem 0; padding: .1rem .6rem; border-radius: 4px; border-left: 4px solid var(--soft); font-weight: 600 }
#state.well { border-color: var(--well); color: var(--well) } #state.wrong { border-color: var(--wrong); color: var(--wrong) }
#problems { margin: 0 0 .5rem; padding-left: 1.1rem; overflow-wrap: anywhere } #problems:empty { display: none }
canvas { display: block; width: 100% } #map { cursor: crosshair }
#legend { display: flex; flex-wrap: wrap; gap: .2rem .9rem; margin: .4rem 0; font-size: .8rem; color: var(--soft) }
#legend i { display: inline-block; width: .8rem; height: .8rem; margin-right: .3rem; vertical-align: -.1rem; border-radius: 2px }
#told, #rest { min-height: 1.5em; margin: .2rem 0; font-size: .85rem; color: var(--soft); font-variant-numeric: tabular-nums }
td:nth-child(2) { white-space: nowrap }
`;
