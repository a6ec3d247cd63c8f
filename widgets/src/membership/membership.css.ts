export const css = `
.card { padding: 0; background: none; border: 0; }
.warning, .confirm { padding: .75em 1em; background: var(--sk-soft); border-radius: var(--sk-small-radius); }
.warning { margin-top: 1.25em; }
.warning + .warning { margin-top: .5em; }
.row { gap: .5em; margin-top: 1em; }
.terms { margin-top: 1em; }
.quiet {
  min-height: 44px; margin-top: 1em; font-size: .875em; color: var(--sk-muted);
  background: none; border: 0; text-decoration: underline; text-underline-offset: .2em; cursor: pointer;
}
.confirm { margin-top: .5em; }
.news { font-weight: 600; }
.news:focus { outline: none; }
.problem { padding-inline-start: .75em; border-inline-start: 3px solid var(--sk-accent); }
`;
