// What frames a question to the shop; a shop overrides any of it as "ask.<key>".

import type { Texts } from "../element.ts";

export const texts: Texts = {
  de: {
    open: "Andere Frage stellen",
    label: "Deine Frage",
    left: "Noch {n} Zeichen",
    send: "Frage abschicken",
    short: "Schreib bitte mindestens 10 Zeichen.",
    asked: "Danke. Deine Frage ist beim Shop.",
    guest: "Zum Fragen musst du angemeldet sein.",
    login: "Anmelden",
    error: "Das hat nicht geklappt. Versuch es gleich noch einmal.",
  },
  en: {
    open: "Ask another question",
    label: "Your question",
    left: "{n} characters left",
    send: "Send question",
    short: "Please write at least 10 characters.",
    asked: "Thank you. The shop has your question.",
    guest: "You have to be logged in to ask.",
    login: "Log in",
    error: "That did not work. Try again in a moment.",
  },
};
