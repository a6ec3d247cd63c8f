export const css = `
label { display: block; margin-top: 1.25em; }
.list, .none { margin-top: 1.25em; }
.list { margin-bottom: -1em; }
.entry { border-top: 1px solid var(--sk-line); }
.question {
  display: flex; align-items: center; justify-content: space-between; gap: 1.5em;
  width: 100%; min-height: 44px; padding: 1em 0;
  font-weight: 600; line-height: 1.4; text-align: start; background: none; border: 0; cursor: pointer;
}
.question:hover { text-decoration: underline; text-underline-offset: .25em; }
.question::after {
  content: ""; flex: none; width: .55em; height: .55em; margin: -.25em .3em 0;
  border: solid var(--sk-accent); border-width: 0 2px 2px 0;
  rotate: 45deg;
}
[aria-expanded=true]::after { rotate: 225deg; translate: 0 .3em; }
.entry .title { font-size: 1em; }
.answer { max-width: 65ch; padding-bottom: 1.25em; color: var(--sk-muted); white-space: pre-line; }
p + p { margin-top: .75em; }
`;
