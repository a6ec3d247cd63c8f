// What every widget needs, loaded once: the page's answers, the base class, the tools.
// build.mjs gives the widgets these names from `window.stammkunde`.

import { button, disclose, el, set, webAddress } from "./dom.ts";
import { StammkundeElement } from "./element.ts";
import { day, money, number } from "./format.ts";

export { StammkundeElement, button, day, disclose, el, money, number, set, webAddress };

Object.assign(window, {
  stammkunde: { StammkundeElement, button, day, disclose, el, money, number, set, webAddress },
});
