export const css = `
.small { display: block; margin-top: 1.5em; }
.field { background: var(--sk-soft); }
.row { margin-top: 1em; }
.copied::before { content: "✓ "; }
svg {
  display: block; width: min(100%, 13em); margin-top: 1.5em;
  border: 1px solid var(--sk-line); border-radius: var(--sk-small-radius); forced-color-adjust: none;
}
`;
