export const css = `
ul { list-style: none; }
li { margin-top: 1.5em; padding-top: 1.5em; border-top: 1px solid var(--sk-line); }
.name { font-weight: 600; }
.code {
  display: inline-block; margin-top: .75em; padding: .5em .75em; font-family: ui-monospace, monospace;
  letter-spacing: .06em; background: var(--sk-soft); border: 1px dashed var(--sk-edge);
  border-radius: var(--sk-small-radius); user-select: all;
}
.row { margin-top: .75em; }
.confirm { margin-top: 1.5em; padding: 1.25em; background: var(--sk-soft); border-radius: var(--sk-small-radius); }
.problem { margin-top: 1em; padding-left: .75em; border-left: 3px solid var(--sk-accent); }
`;
