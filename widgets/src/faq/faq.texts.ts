// What frames the questions; a shop overrides any of it as "faq.<key>".
// Questions and answers themselves come from the programme.

import type { Texts } from "../element.ts";

export const texts: Texts = {
  de: {
    title: "Häufige Fragen",
    search: "Fragen durchsuchen",
    found: "{n} Fragen gefunden",
    foundOne: "1 Frage gefunden",
    none: "Nichts gefunden. Versuch es mit einem anderen Wort.",
  },
  en: {
    title: "Frequently asked questions",
    search: "Search the questions",
    found: "{n} questions found",
    foundOne: "1 question found",
    none: "Nothing found. Please try another word.",
  },
};
