export const css = `
.small { display: block; margin-top: 1.5em; }
.field { background: var(--soft); }
.row { margin-top: 1em; }
.copied::before { content: "✓ "; }
svg {
  display: block; width: min(100%, 13em); margin-top: 1.5em;
  border: 1px solid var(--line); border-radius: var(--small-radius); forced-color-adjust: none;
}
`;
