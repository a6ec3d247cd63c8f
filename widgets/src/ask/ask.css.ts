export const css = `
.card { margin-top: 2em; padding: 0; background: none; border: 0; }
.skeleton { display: none; }
form { margin-top: 1.25em; }
textarea.field { display: block; min-height: 8em; resize: vertical; }
.count { margin-top: .75em; font-variant-numeric: tabular-nums; }
.problem { margin-top: 1em; padding-inline-start: .75em; border-inline-start: 3px solid var(--sk-accent); }
.news { margin-bottom: 1em; font-weight: 600; }
.news:focus, .guest:focus { outline: none; }
.guest { margin-top: 1em; }
.row { margin-top: 1em; }
`;
