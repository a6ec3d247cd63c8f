// What frames an order's points; a shop overrides any of it as "order.<key>". What the order brings is the
// connector's sentence.

import type { Texts } from "../element.ts";

export const texts: Texts = {
  de: {
    title: "{programme} für diese Bestellung",
    later: "Die Punkte für diese Bestellung werden gerade ausgerechnet …",
    advantage: "Du machst noch nicht mit. Es kostet nichts, und du kannst jederzeit wieder aufhören.",
    account: "Im Konto mitmachen",
    terms: "Teilnahmebedingungen",
    newTab: "(neuer Tab)",
  },
  en: {
    title: "{programme} for this order",
    later: "The points for this order are being worked out …",
    advantage: "You are not taking part yet. It costs nothing, and you can leave at any time.",
    account: "Join in your account",
    terms: "Terms of participation",
    newTab: "(new tab)",
  },
};
