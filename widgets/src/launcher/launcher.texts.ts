// What the floating button says; a shop overrides any of it as "launcher.<key>".

import type { Texts } from "../element.ts";

export const texts: Texts = {
  de: {
    open: "{programme}",
    close: "Schließen",
  },
  en: {
    open: "{programme}",
    close: "Close",
  },
};
