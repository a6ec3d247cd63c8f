export const css = `
:host { position: static; }
.card { display: contents; }
.skeleton { display: none; }
.launch {
  position: fixed; z-index: 99; inset-inline-end: max(1em, env(safe-area-inset-right));
  bottom: calc(var(--stammkunde-launcher-bottom, 80px) + env(safe-area-inset-bottom));
  display: flex; align-items: center; gap: .6em; max-width: calc(100% - 2em); min-height: 44px; padding: .75em 1.25em;
  font-weight: 600; line-height: 1.25; color: var(--sk-on-accent); background: var(--sk-accent);
  border: 1px solid transparent; border-radius: 3em; box-shadow: 0 2px 12px rgb(0 0 0 / .25); cursor: pointer;
}
.launch::before {
  content: ""; flex: none; width: .6em; height: .6em; background: currentColor; border-radius: 50%;
}
.launch:hover { filter: brightness(1.12); }
:host([side=left]) .launch { inset-inline: max(1em, env(safe-area-inset-left)) auto; }
dialog {
  position: fixed; inset: auto 0 0 auto; width: min(100%, 28em); max-width: none; max-height: 100%; height: 100dvh;
  padding: 0 0 env(safe-area-inset-bottom); color: var(--sk-text); background: var(--sk-surface);
  border: 0; border-inline-start: 1px solid var(--sk-line); overflow-y: auto; overscroll-behavior: contain;
  animation: rise .2s ease-out;
}
:host([side=left]) dialog { inset-inline: 0 auto; border-inline: 0 1px solid var(--sk-line); }
dialog:not([open]) { display: none; }
::backdrop { background: rgb(0 0 0 / .45); }
.bar {
  position: sticky; z-index: 1; top: 0; display: flex; align-items: center; justify-content: space-between; gap: 1em;
  padding: max(.75em, env(safe-area-inset-top)) 1em .75em; background: var(--sk-surface);
  border-bottom: 1px solid var(--sk-line);
}
.name {
  display: -webkit-box; font-size: 1.125em; font-weight: 600; line-height: 1.3; overflow: hidden;
  -webkit-line-clamp: 2; -webkit-box-orient: vertical;
}
.close { flex: none; overflow-wrap: normal; hyphens: none; }
.inside { display: grid; gap: 1em; padding: 1em; }
.bars { display: grid; gap: 1.25em; padding: 1em; }
::slotted(:not(:defined)) { display: none; }
@media print { .launch { display: none; } }
@keyframes rise { from { opacity: 0; translate: 0 1em; } }
`;
