// What the referral link says; a shop overrides any of it as "referral.<key>".
// It promises nothing: whoever shares gets no reward yet.

import type { Texts } from "../element.ts";

export const texts: Texts = {
  de: {
    title: "Zeig anderen, wo du einkaufst",
    text: "Schick deinen persönlichen Link, wem du magst.",
    label: "Dein persönlicher Link",
    copy: "Link kopieren",
    copied: "Link kopiert",
    marked: "Der Link ist markiert, du kannst ihn jetzt kopieren.",
    share: "Teilen",
    qr: "QR-Code",
    qrName: "QR-Code mit deinem persönlichen Link",
  },
  en: {
    title: "Show others where you shop",
    text: "Send your personal link to whomever you like.",
    label: "Your personal link",
    copy: "Copy link",
    copied: "Link copied",
    marked: "The link is selected, you can copy it now.",
    share: "Share",
    qr: "QR code",
    qrName: "QR code with your personal link",
  },
};
