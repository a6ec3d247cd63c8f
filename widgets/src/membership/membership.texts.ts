// What joining and leaving say; a shop overrides any of it as "membership.<key>". What waits and what is
// lost are the connector's sentences.

import type { Texts } from "../element.ts";

export const texts: Texts = {
  de: {
    point: "Punkt",
    points: "Punkte",
    advantage: "Dein Vorteil für {points}: {money}",
    agree: "Mit „Mitmachen“ gelten die {terms}.",
    terms: "Teilnahmebedingungen",
    newTab: "(neuer Tab)",
    join: "Mitmachen",
    joined: "Du machst jetzt mit.",
    back: "Du machst wieder mit und hast alles wieder.",
    changed: "Die Teilnahmebedingungen sind inzwischen neu. Schau sie dir an und entscheide dann.",
    comeBack: "Wer innerhalb von 30 Tagen zurückkommt, hat alles wieder.",
    gone: "Erledigt. Kommst du innerhalb von 30 Tagen zurück, hast du alles wieder.",
    leave: "Nicht mehr teilnehmen",
    stay: "Dabei bleiben",
    sure: "Ja, nicht mehr teilnehmen",
    error: "Das hat nicht geklappt. Versuch es gleich noch einmal.",
  },
  en: {
    point: "point",
    points: "points",
    advantage: "Your advantage for {points}: {money}",
    agree: "By joining you accept the {terms}.",
    terms: "terms of participation",
    newTab: "(new tab)",
    join: "Join",
    joined: "You are taking part now.",
    back: "You are taking part again and have everything back.",
    changed: "The terms of participation are new by now. Look at them, then decide.",
    comeBack: "Whoever comes back within 30 days has everything again.",
    gone: "Done. Come back within 30 days and you have everything again.",
    leave: "Leave the programme",
    stay: "Stay",
    sure: "Yes, leave the programme",
    error: "That did not work. Try again in a moment.",
  },
};
