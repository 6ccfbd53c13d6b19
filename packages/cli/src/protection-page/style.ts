/** The style of the pages: on a phone and on a desk, in light and dark, and on paper. */
export const STYLE: string = `
:root {
  color-scheme: light dark;
  --paper: #f7f8f8; --card: #fff; --ink: #1b2024; --muted: #56606a; --line: #dce1e5; --link: #0a5cb8;
  --good: #14693f; --good-paper: #e6f5ec; --warning: #7a4300; --warning-paper: #fdf1d3; --bad: #a3161e; --bad-paper: #fdeaea;
  --unknown: #4d4a78; --unknown-paper: #eeedf8; --window: #4a90d9; --mark: #0a4f9e; --sign: #fff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101315; --card: #191d20; --ink: #e9ecee; --muted: #a5afb7; --line: #30373c; --link: #83bcff;
    --good: #6fd3a0; --good-paper: #12291e; --warning: #f3bd62; --warning-paper: #2e230d; --bad: #ff9c99; --bad-paper: #361a1b;
    --unknown: #bdb9f2; --unknown-paper: #25233c; --window: #3f7fbf; --mark: #a3cfff; --sign: #101315;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { padding-top: 1.5rem; }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2.5rem 0 .75rem; font-size: 1.25rem; }
h3 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.kind, .as-of, .physical, .age, .code, figcaption, footer, dt { color: var(--muted); }
.kind { font-size: .85rem; letter-spacing: .03em; }
.age, .code, .physical, figcaption, footer, dt { font-size: .85rem; }
footer { margin-top: 2.5rem; padding-bottom: 2.5rem; }
code, pre { font: .85em/1.5 ui-monospace, monospace; }
svg[viewBox] { flex: none; width: 1em; height: 1em; }
.verdict { margin-top: 1.25rem; padding: 1rem 1.25rem; border: 1px solid var(--line); border-left-width: .5rem; border-radius: .5rem; background: var(--card); }
.verdict h2 { display: flex; gap: .6rem; margin: 0; font-size: 1.3rem; line-height: 1.35; }
.verdict h2 svg { width: 1.35em; height: 1.35em; }
.verdict.good { border-color: var(--good); } .verdict.warning { border-color: var(--warning); } .verdict.bad { border-color: var(--bad); }
.sign-of-good { color: var(--good); } .sign-of-warning { color: var(--warning); } .sign-of-bad { color: var(--bad); } .sign-of-unknown { color: var(--unknown); }
.shape { fill: currentColor; } .sign { fill: none; stroke: var(--sign); stroke-width: 2.6; stroke-linecap: round; stroke-linejoin: round; }
.badge { display: inline-flex; align-items: center; gap: .3em; padding: .05em .5em; border-radius: 1em; font-size: .8rem; font-weight: 600; line-height: 1.6; white-space: nowrap; }
.badge.good { color: var(--good); background: var(--good-paper); } .badge.warning { color: var(--warning); background: var(--warning-paper); }
.badge.bad { color: var(--bad); background: var(--bad-paper); } .badge.unknown { color: var(--unknown); background: var(--unknown-paper); }
ul, ol { margin: 0; padding: 0; list-style: none; }
.findings > li { margin: .5rem 0; }
pre { margin: .35rem 0 .75rem; padding: .5rem .75rem; border: 1px solid var(--line); border-radius: .35rem; background: var(--paper); white-space: pre-wrap; }
.fix { user-select: all; }
.timeline { margin: 0; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin-bottom: .35rem; color: var(--ink); }
.legend li { display: inline-flex; align-items: center; gap: .4rem; }
.legend .key { width: 1.15rem; height: 1.15rem; overflow: visible; }
.defs { position: absolute; }
.strips > li { padding: .6rem 0 .35rem; border-top: 1px solid var(--line); }
.strip-name { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .6rem; margin-bottom: .3rem; font-weight: 600; font-size: .95rem; }
.strip, .axis { display: block; width: 100%; overflow: visible; }
.strip { padding: 0 .6rem; } .axis { padding: 0 .6rem; font-size: .75rem; }
.axis text { fill: var(--ink); } .axis .time { fill: var(--muted); }
use.grid { fill: none; }
#grid line { stroke: var(--line); stroke-width: 1; }
.window { fill: var(--window); } .archived { fill: var(--card); stroke: var(--mark); stroke-width: 1.8; }
.proved, .backup, .on-demand, .export, .archive { stroke: var(--mark); stroke-width: 1.8; }
.proved { fill: var(--mark); } .backup, .on-demand, .export, .archive { fill: var(--card); }
.proved .sign, .sign { stroke: var(--sign); }
text.count { stroke: none; font-size: .65rem; font-weight: 700; text-anchor: middle; fill: var(--ink); }
text.count.proved { fill: var(--sign); }
.none { color: var(--muted); font-size: .85rem; }
.times { margin-top: .75rem; } summary { padding: .25rem 0; color: var(--link); cursor: pointer; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { padding: .25rem 0; text-align: left; color: var(--muted); }
th, td { padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
tbody th { padding-top: .8rem; }
.numbers { width: auto; } .numbers th { padding-top: .3rem; font-weight: 400; } .numbers td { text-align: right; font-variant-numeric: tabular-nums; }
.card { margin-top: 1rem; padding: 1rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); }
.card h3 { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .6rem; margin: 0; font-size: 1.05rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: .75rem 1.5rem; margin: .75rem 0 0; } dd { margin: 0; }
.card:target { outline: 3px solid var(--link); }
@media (max-width: 40rem) { .desk { display: none; } .verdict, .timeline, .card { padding: .85rem .9rem; } }
@media print {
  :root { --paper: #fff; }
  body { font-size: 11pt; }
  header, main, footer { max-width: none; padding: 0; }
  .card, .verdict, .strips > li, tr { break-inside: avoid; }
  .times::details-content { content-visibility: visible; display: block; }
  * { print-color-adjust: exact; }
}
`;
