export const css = `
.card { padding: 0; background: none; border: 0; color: inherit; text-align: inherit; }
.skeleton { gap: 0; }
.skeleton, .earn { min-height: 44px; align-content: center; }
i:not(:first-child) { display: none; }
.earn::before {
  content: ""; display: inline-block; width: .6em; height: .6em; margin-inline-end: .5em;
  background: var(--sk-accent); border-radius: 50%; forced-color-adjust: none;
}
.wait { color: var(--sk-muted); }
.earn:focus { outline: none; }
.quiet {
  min-height: 44px; padding: 0; text-align: start; background: none; border: 0;
  text-decoration: underline; text-underline-offset: .2em; cursor: pointer;
}
`;
