export const css = `
ul { list-style: none; }
li { margin-top: 1.25em; }
.title ~ .title { margin-top: 1.75em; padding-top: 1.5em; font-size: 1em; border-top: 1px solid var(--sk-line); }
.title + .title { margin-top: 1em; padding-top: 0; border-top: 0; }
.name { font-weight: 600; }
.row { gap: .5em; margin-top: .75em; }
.voucher, .confirm { padding: 1em 1.25em; background: var(--sk-soft); border-radius: var(--sk-small-radius); }
.confirm { margin-top: .75em; }
.code {
  display: inline-block; margin-top: .5em; padding: .5em .75em; font-family: ui-monospace, monospace;
  letter-spacing: .06em; background: var(--sk-surface); border: 1px dashed var(--sk-edge);
  border-radius: var(--sk-small-radius); user-select: all;
}
.problem { margin-top: 1em; padding-left: .75em; border-left: 3px solid var(--sk-accent); }
`;
