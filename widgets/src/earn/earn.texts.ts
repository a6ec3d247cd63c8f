// What a purchase brings, in words; a shop overrides any of it as "earn.<key>". It is what the purchase
// brings at least: who buys, and what comes on top for them, nobody knows here.

import type { Texts } from "../element.ts";

export const texts: Texts = {
  de: {
    point: "Punkt",
    points: "Punkte",
    brings: "Bringt dir mindestens {points}",
    ask: "Wie viele Punkte bringt das?",
    wait: "Einen Moment …",
    none: "Dafür gibt es keine Punkte.",
    error: "Das lässt sich gerade nicht sagen. Versuch es gleich noch einmal.",
  },
  en: {
    point: "point",
    points: "points",
    brings: "Earns you at least {points}",
    ask: "How many points does this earn?",
    wait: "One moment …",
    none: "This earns no points.",
    error: "We cannot say right now. Try again in a moment.",
  },
};
