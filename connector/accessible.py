"""The accessibility statement of the widgets: what they keep to, how that is known, and what is not known.

It is about the widgets alone; the shop around them has a statement of its own. It claims what the tests of
this version look at, and says where nobody has looked.
"""

from __future__ import annotations

from connector import __version__
from connector.programme import Programme
from connector.shops import Shop
from connector.terms import Terms

_TITLES = {"de": "Barrierefreiheit von „{name}“", "en": "Accessibility of “{name}”"}
_PARTS = {
    "de": (
        ("Worum es geht", "Um die Bausteine von „{name}“ im Shop {shop} ({url}): Punktestand, Einlösen, Mitmachen "
         "und Gehen, persönlicher Link, Fragen, Punkte eines Einkaufs und einer Bestellung. Für den Shop selbst gilt "
         "seine eigene Erklärung."),
        ("Was sie einhalten", "Die Erfolgskriterien der Stufen A und AA der WCAG 2.2, und damit auch die der WCAG 2.1, "
         "auf die sich die Norm EN 301 549 bezieht."),
        ("Woher man das weiß", "Jede Fassung wird vor ihrer Veröffentlichung in einem Browser (Chromium) geprüft: jeder "
         "Zustand hell und dunkel mit axe-core, die Bedienung allein mit der Tastatur, Namen und Zustände für "
         "Vorleseprogramme, 320 Pixel Breite und 400 % Vergrößerung, die Größe von Schaltflächen, vorgegebene Farben "
         "des Systems und weniger Bewegung."),
        ("Was niemand geprüft hat", "Die Bedienung mit bestimmten Vorleseprogrammen durch Menschen, und andere Browser."),
        ("Was der Shop selbst in der Hand hat", "Er kann Texte, Farben und Schriften der Bausteine ändern. Ob deren "
         "Kontrast noch reicht, muss er selbst ansehen."),
        ("Wenn dich etwas hindert", "Schreib es {shop}; wie, steht unter {url}. Jeder Schritt, für den es hier einen "
         "Knopf gibt, kann dir dort auch ein Mensch abnehmen."),
    ),
    "en": (
        ("What this is about", "The widgets of “{name}” in the shop {shop} ({url}): balance, redeeming, joining and "
         "leaving, personal link, questions, points of a purchase and of an order. The shop itself has a statement of "
         "its own."),
        ("What they keep to", "The success criteria of levels A and AA of WCAG 2.2, and with them those of WCAG 2.1, "
         "to which the standard EN 301 549 refers."),
        ("How that is known", "Each version is tested in a browser (Chromium) before it is published: every state, "
         "light and dark, with axe-core; use by keyboard alone; names and states for screen readers; a width of 320 "
         "pixels and zoom to 400 %; the size of buttons; the system's forced colours and reduced motion."),
        ("What nobody has tested", "Use by people with particular screen readers, and other browsers."),
        ("What is the shop's own", "It may change texts, colours and fonts of the widgets. Whether their contrast is "
         "still enough is for the shop to look at."),
        ("If something is in your way", "Tell {shop}; how, stands at {url}. Whatever a button does here, a person can do "
         "for you there."),
    ),
}  # fmt: skip


def statement(shop: Shop, programme: Programme, lang: str) -> Terms:
    """As a text with headings, like the participation terms."""
    values = {"name": programme.name, "shop": shop.name or shop.slug, "url": shop.url or shop.slug}
    return Terms(
        lang,
        _TITLES[lang].format_map(values),
        tuple((head, text.format_map(values)) for head, text in _PARTS[lang]),
        f"Version {__version__}",
    )
