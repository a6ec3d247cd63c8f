export const css = `
.card { min-height: 8.2em; }
.skeleton { min-height: 0; }
i:nth-child(3) { display: none; }
.title { font-size: 1em; color: var(--sk-muted); }
.sentence { font-size: 1.25em; line-height: 1.4; }
.row { align-items: center; gap: .75em 1.5em; }
.link { display: inline-flex; align-items: center; min-height: 44px; }
`;
