export const css = `
.card { min-height: 16em; }
.title { font-size: 1em; color: var(--sk-muted); }
.title:first-child::before {
  content: ""; display: block; width: 2em; height: 3px; margin-bottom: 1em;
  background: var(--sk-accent); border-radius: 2px; forced-color-adjust: none;
}
.balance { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .5em; margin-top: .35em; }
.number {
  font-size: clamp(2.75em, 11vw, 4em); font-weight: 600; line-height: 1.1;
  letter-spacing: -.02em; font-variant-numeric: tabular-nums; white-space: nowrap;
}
.unit { font-size: 1.25em; color: var(--sk-muted); }
.shortfall, .notice {
  margin: 1.25em 0; padding: .75em 1em;
  background: var(--sk-soft); border-inline-start: 3px solid var(--sk-accent);
}
.facts, .history { margin-top: 1.75em; padding-top: 1.5em; border-top: 1px solid var(--sk-line); }
.facts {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11em), 1fr)); gap: 1.25em 2em;
}
.value { font-weight: 600; }
.lead { font-size: 1.25em; line-height: 1.4; }
.history .title::before { display: none; }
li { display: flex; gap: 1.5em; justify-content: space-between; padding: .9em 0; }
li + li { border-top: 1px solid var(--sk-line); }
.figure { font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.calm .figure { color: var(--sk-muted); font-weight: 400; }
.plain { margin-top: 1em; }
::slotted(:not(:defined)) { display: block; min-height: 3.6em; }
.lead ~ ::slotted(:not(:defined)) { min-height: 8.15em; }
.dots { display: flex; gap: .4em; margin-top: 1.5em; }
.dots i { width: .6em; height: .6em; background: var(--sk-accent); }
`;
