"""What a merchant reads of us in Shopware's administration, in his language."""

from __future__ import annotations

_TEXTS = {
    "de": {
        "unproven": "Stammkunde kann nicht prüfen, dass diese Anfrage von deinem Shop kommt. Lade das Paket der "
        "App in Stammkunde neu herunter und installiere es noch einmal.",
        "used": "Dieses Paket ist zu alt oder wurde schon benutzt. Lass in Stammkunde ein neues machen.",
        "elsewhere": "Dieses Paket wurde für {here} gemacht, der Shop ist aber {there}. Lass in Stammkunde eines für "
        "diese Adresse machen.",
        "busy": "An diesem Shop ändert gerade jemand anders etwas. Versuch es in einer Minute noch einmal.",
        "unknown": "Diesen Shop kennt Stammkunde nicht.",
        "connected": "Dein Shop ist mit Stammkunde verbunden.",
        "closed": "Stammkunde kommt noch nicht in deinen Shop. Ist die App eingeschaltet? Lade dann diese Seite neu.",
        "stopped": "Die Verbindung ruht. Was zu tun ist, steht in Stammkunde unter Shops.",
        "copy": "Das ist eine Kopie des Shops. Punkte sammelt nur das Original.",
        "last": "Letzte Nachricht aus dem Shop: {at}.",
        "never": "Aus dem Shop kam noch keine Nachricht.",
        "open": "Stammkunde öffnen",
        "nobody": "Dieser Kunde nimmt noch nicht am Programm teil.",
        "title": "Stammkunde",
    },
    "en": {
        "unproven": "Stammkunde cannot tell that this request comes from your shop. Download the app's package from "
        "Stammkunde again and install it once more.",
        "used": "This package is too old or was used already. Have Stammkunde make a new one.",
        "elsewhere": "This package was made for {here}, but the shop is {there}. Have Stammkunde make one for this "
        "address.",
        "busy": "Somebody else is changing this shop just now. Try again in a minute.",
        "unknown": "Stammkunde does not know this shop.",
        "connected": "Your shop is connected to Stammkunde.",
        "closed": "Stammkunde cannot get into your shop yet. Is the app switched on? Then load this page again.",
        "stopped": "The connection rests. What to do is under Shops in Stammkunde.",
        "copy": "This is a copy of the shop. Only the original earns points.",
        "last": "Last message from the shop: {at}.",
        "never": "No message has come from the shop yet.",
        "open": "Open Stammkunde",
        "nobody": "This customer does not take part in the programme yet.",
        "title": "Stammkunde",
    },
}  # fmt: skip


def language(asked: str) -> str:
    """Of `sw-user-language`, such as de-DE; whoever says nothing gets English, as in Shopware."""
    return "de" if asked.lower().startswith("de") else "en"


def text(lang: str, name: str, **facts: str) -> str:
    return _TEXTS[lang][name].format(**facts)
