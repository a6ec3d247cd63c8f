// The look that all widgets share. Shops theme it with --stammkunde-* and ::part; light and dark
// follow the page's color-scheme, because a dark card on a page that has no dark look is ugly.
// Browsers older than 2024 know no light-dark(): there the widgets take the page's own colours.
// Our own properties begin with --sk-: a page may say `--stammkunde-accent: var(--accent)` on the tag,
// and an accent of ours by the same name would make a circle, which is no colour at all.
// --sk-on-accent is white or black, whichever reads better: at a lightness of 49.5 both have 4.6 : 1.

export const baseCss = `
:host {
  --sk-text: var(--stammkunde-text, light-dark(#1e1b19, #f5f2ee));
  --sk-muted: var(--stammkunde-muted, light-dark(#645e59, #b7b0a9));
  --sk-line: var(--stammkunde-line, light-dark(#e7e2dc, #3b3733));
  --sk-surface: var(--stammkunde-surface, light-dark(#fff, #1c1a19));
  --sk-soft: var(--stammkunde-soft, light-dark(#f7f4f0, #282523));
  --sk-accent: var(--stammkunde-accent, light-dark(#7b2c43, #f2b6c4));
  --sk-on-accent: var(--stammkunde-on-accent, lab(from var(--sk-accent) clamp(0, (49.5 - l) * 999, 100) 0 0));
  --sk-edge: color-mix(in srgb, var(--sk-muted) 75%, var(--sk-surface));
  --sk-radius: var(--stammkunde-radius, 1em);
  --sk-small-radius: calc(var(--sk-radius) * .6);
  display: block;
  position: relative;
  line-height: 1.55;
}
:host([empty]), :host([hidden]), [hidden] { display: none !important; }
*, ::before, ::after { box-sizing: border-box; margin: 0; padding: 0; font: inherit; color: inherit; }
.card {
  padding: var(--stammkunde-space, clamp(1.25em, 5vw, 2.25em));
  color: var(--sk-text);
  background: var(--sk-surface);
  border: 1px solid var(--sk-line);
  border-radius: var(--sk-radius);
  text-align: start;
  overflow-wrap: anywhere;
  hyphens: auto;
}
.title { font-size: 1.25em; font-weight: 600; line-height: 1.3; }
.text { max-width: 60ch; margin-top: .5em; }
.muted, .small { color: var(--sk-muted); }
.small { font-size: .875em; }
.row { display: flex; flex-wrap: wrap; gap: .75em; margin-top: 1.5em; }
.primary, .plain, .field {
  min-height: 44px; padding: .75em 1.25em; line-height: 1.25; align-content: center;
  background: none; border: 1px solid var(--sk-edge); border-radius: var(--sk-small-radius);
}
.field { width: 100%; margin-top: .35em; text-overflow: ellipsis; }
.primary, .plain { font-weight: 600; text-decoration: none; cursor: pointer; }
.primary { color: var(--sk-on-accent); background: var(--sk-accent); border-color: transparent; }
.primary:hover { filter: brightness(1.12); }
.plain:hover { background: var(--sk-soft); }
:focus-visible { outline: 2px solid var(--sk-text); outline-offset: 3px; }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
:host([late]) { animation: late 0s 1s backwards; }
@keyframes late { from { visibility: hidden; } }
.skeleton { display: grid; gap: 1.25em; align-content: start; min-height: var(--stammkunde-room, 12em); }
i { height: 1em; border-radius: .5em; background: var(--sk-line); animation: breathe 1s infinite alternate; forced-color-adjust: none; }
i:first-child { width: 30%; }
@keyframes breathe { to { opacity: .4; } }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; } }
`;
