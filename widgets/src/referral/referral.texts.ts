// What the referral link says; a shop overrides any of it as "referral.<key>".
// It promises nothing: whoever shares gets no reward yet.

import type { Texts } from "../element.ts";

export const texts: Texts = {
  de: {
    title: "Zeig anderen, wo du einkaufst",
    text: "Das hier ist dein persönlicher Link. Schick ihn, wem du magst.",
    label: "Dein persönlicher Link",
    copy: "Link kopieren",
    copied: "Link kopiert",
    marked: "Der Link ist markiert. Kopiere ihn jetzt mit deiner Tastatur oder dem Menü.",
    share: "Teilen",
    qr: "QR-Code",
    qrName: "QR-Code mit deinem persönlichen Link",
  },
  en: {
    title: "Show others where you shop",
    text: "This is your personal link. Send it to whomever you like.",
    label: "Your personal link",
    copy: "Copy link",
    copied: "Link copied",
    marked: "The link is selected. Copy it now with your keyboard or the menu.",
    share: "Share",
    qr: "QR code",
    qrName: "QR code with your personal link",
  },
};
