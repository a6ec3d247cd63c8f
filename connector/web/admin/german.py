"""What the core says in English, in German; what no pattern knows stays as it was said."""

from __future__ import annotations

import re

_GERMAN = (
    (r"cannot be used\.", "geht so nicht."),
    (r"Not a valid integer\.", "Es muss eine ganze Zahl sein."),
    (r"Not a valid string\.", "Es muss ein Text sein."),
    (r"Not a valid boolean\.", "Es muss true oder false sein."),
    (r"Not a valid list\.", "Es muss eine Liste sein."),
    (r"Not a valid mapping type\.|Invalid input type\.", "Es müssen Schlüssel mit Werten sein."),
    (r"Unknown field\.", "Diesen Schlüssel gibt es nicht."),
    (r"Missing data for required field\.|Field may not be null\.", "Hier fehlt ein Wert."),
    (r"Must be one of: (.*?)\.(?= |$)", r"Möglich ist: \1."),
    (r"Must be greater than or equal to ([\d.]+) and less than or equal to ([\d.]+)\.",
     r"Es muss zwischen \1 und \2 liegen."),
    (r"Must be greater than or equal to ([\d.]+)\.", r"Es muss mindestens \1 sein."),
    (r"Must be less than or equal to ([\d.]+)\.", r"Es darf höchstens \1 sein."),
    (r"Length must be between (\d+) and (\d+)\.", r"Es müssen \1 bis \2 Zeichen sein."),
    (r"Shorter than minimum length (\d+)\.", r"Es muss mindestens \1 davon geben."),
    (r"Write an amount in quotes:", "Schreib einen Betrag in Anführungszeichen:"),
    (r"Write a day as (\S+), or a moment as (\S+)\.",
     r"Schreib einen Tag wie \1 oder einen Zeitpunkt wie \2."),
    (r"Write a number from 0 to 99\.99 in quotes:", "Schreib eine Zahl von 0 bis 99.99 in Anführungszeichen:"),
    (r"It must be more than 0\.", "Es muss mehr als 0 sein."),
    (r"(\w{3}) has (\d) decimal digits\.", r"\1 hat \2 Nachkommastellen."),
    (r"^points: .* cannot be used; give a number from 1 to (\d+), or below 0\.", r"Punkte: eine ganze Zahl von 1 bis \1, oder unter 0."),
    (r"^reason: say why, in at most (\d+) characters\.", r"Grund: sag warum, mit höchstens \1 Zeichen."),
    (r"^(\d+) points are to be taken, (\d+) are there\. .*",
     r"\1 Punkte sollen weg, \2 sind da. Nimm weniger, oder lass den Rest mit den nächsten Punkten verrechnen."),
    (r"^This customer was merged into another; correct that one\.",
     "Dieser Kunde wurde mit einem anderen zusammengeführt; berichtige den anderen."),
    (r"^This customer has left the programme; there is nothing to correct\.",
     "Dieser Kunde nimmt nicht mehr teil; es gibt nichts zu berichtigen."),
    (r"^These are the same customer already\.", "Das ist schon derselbe Kunde."),
    (r"^This key was used before for another correction; take a new one\.",
     "Diese Berichtigung wurde schon geschickt, mit anderem Inhalt. Lade die Seite neu."),
    (r"^The app is switched off in the shop's administration\. .*",
     "Die App ist im Shop ausgeschaltet. Schalte sie in der Administration des Shops wieder ein."),
    (r"^The app was removed from the shop\. .*",
     "Die App wurde aus dem Shop entfernt. Gelöscht wurde nichts; installiere sie wieder, und es geht weiter."),
    (r"^No new address of this shop waits for an answer\.",
     "Keine neue Adresse dieses Shops wartet auf eine Antwort."),
    (r"^The shop (\S+) does not move by itself; .*",
     r"Der Shop \1 meldet sich nie von selbst unter einer anderen Adresse; es gibt nichts zu entscheiden."),
    (r"^There is no open task .*", "Diese Aufgabe ist nicht mehr offen."),
    (r"^This (link|invitation) was used already\.", "Das wurde schon benutzt."),
)  # fmt: skip
"""What is said, and how it reads in German."""


def said_in(lang: str, text: str) -> str:
    for pattern, german in _GERMAN if lang == "de" else ():
        text = re.sub(pattern, german, text)
    return text
