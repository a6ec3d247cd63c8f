// The names that widgets share. Those of the core take them from here; for a file of its own build.mjs
// puts `window.stammkunde` in its place, where the core has laid the same names.

export { button, disclose, el, set, webAddress } from "./dom.ts";
export { StammkundeElement } from "./element.ts";
export { number } from "./format.ts";
