"""What the storefront says, in German and English."""

from __future__ import annotations

DE = {
    "home": "Laden",
    "account": "Mein Konto",
    "help": "Hilfe",
    "new": "Aus dem Regal",
    "from_shelf": "Zum Regal",
    "buy": "Bestellen",
    "details": "Ansehen",
    "price_note": "inkl. MwSt.",
    "sample_shop": "Ein Beispielladen. Niemand liefert, niemand zahlt.",
    "who": "Wer bist du heute?",
    "who_hint": "Schlüpf in eine Person und sieh dir an, was sie sieht. Ein Klick genügt.",
    "new_person": "Jemand ganz Neues",
    "new_person_hint": "Legt ein frisches Konto an, noch ohne Bestellung",
    "be": "Anmelden als",
    "orders_count": "{n} Bestellungen",
    "one_order": "1 Bestellung",
    "no_orders": "noch keine Bestellung",
    "last": "zuletzt am {day}",
    "hello": "Hallo {name}",
    "logout": "Abmelden",
    "orders": "Deine Bestellungen",
    "older": "und {n} ältere",
    "order": "Bestellung",
    "placed": "bestellt",
    "paid": "bezahlt",
    "delivered": "geliefert",
    "refunded_part": "{amount} erstattet",
    "backstage": "Hinter den Kulissen",
    "backstage_hint": "Was sonst die Händlerin, die Bank und die Post tun. Jeder Klick läuft durch "
    "dieselben Wege wie in einem echten Shop, samt Benachrichtigung an das Treueprogramm.",
    "product": "Produkt",
    "quantity": "Menge",
    "code": "Gutscheincode",
    "optional": "wenn du einen hast",
    "place": "Bestellung aufgeben",
    "do_pay": "Bezahlen",
    "do_deliver": "Zustellen",
    "do_refund": "Ein Stück erstatten",
    "do_cancel": "Stornieren",
    "points": "Deine Punkte",
    "recommend": "Weiterempfehlen",
    "login_first": "Melde dich an, um zu bestellen.",
    "faq": "Fragen und Antworten",
    "faq_intro": "Zu Bestellung, Versand und Treuepunkten.",
    "ship_q": "Wie lange dauert der Versand?",
    "ship_a": "Drei Tage, mit Sendungsnummer. In diesem Beispielladen drückst du selbst auf Zustellen.",
    "return_q": "Kann ich etwas zurückgeben?",
    "return_a": "Ja, vierzehn Tage lang, ohne Begründung. Der Kaufpreis kommt vollständig zurück.",
    "thanks": "Danke für deine Bestellung",
    "again": "Die Bestellung {number} ist aufgegeben.",
    "skip": "Zum Inhalt",
    "status.pending": "wartet auf Zahlung",
    "status.processing": "wird gepackt",
    "status.on-hold": "in Prüfung",
    "status.completed": "geliefert",
    "status.cancelled": "storniert",
    "status.refunded": "erstattet",
    "status.failed": "fehlgeschlagen",
}
EN = {
    "home": "Shop",
    "account": "My account",
    "help": "Help",
    "new": "From the shelf",
    "from_shelf": "Browse the shelf",
    "buy": "Order",
    "details": "Have a look",
    "price_note": "incl. VAT",
    "sample_shop": "A sample shop. Nobody ships, nobody pays.",
    "who": "Who are you today?",
    "who_hint": "Step into somebody's shoes and see what they see. One click is enough.",
    "new_person": "Somebody new",
    "new_person_hint": "Opens a fresh account, without any order yet",
    "be": "Log in as",
    "orders_count": "{n} orders",
    "one_order": "1 order",
    "no_orders": "no order yet",
    "last": "latest on {day}",
    "hello": "Hello {name}",
    "logout": "Log out",
    "orders": "Your orders",
    "older": "and {n} older ones",
    "order": "Order",
    "placed": "ordered",
    "paid": "paid",
    "delivered": "delivered",
    "refunded_part": "{amount} refunded",
    "backstage": "Backstage",
    "backstage_hint": "What the merchant, the bank and the post do otherwise. Every click takes the "
    "same ways as in a real shop, including the call to the loyalty programme.",
    "product": "Product",
    "quantity": "Quantity",
    "code": "Voucher code",
    "optional": "if you have one",
    "place": "Place the order",
    "do_pay": "Pay",
    "do_deliver": "Deliver",
    "do_refund": "Refund one piece",
    "do_cancel": "Cancel",
    "points": "Your points",
    "recommend": "Tell a friend",
    "login_first": "Log in to order.",
    "faq": "Questions and answers",
    "faq_intro": "About orders, delivery and loyalty points.",
    "ship_q": "How long does delivery take?",
    "ship_a": "Three days, with a tracking number. In this sample shop you press Deliver yourself.",
    "return_q": "Can I send something back?",
    "return_a": "Yes, for fourteen days, without giving a reason. You get the full price back.",
    "thanks": "Thank you for your order",
    "again": "Order {number} is placed.",
    "skip": "To the content",
    "status.pending": "awaiting payment",
    "status.processing": "being packed",
    "status.on-hold": "on hold",
    "status.completed": "delivered",
    "status.cancelled": "cancelled",
    "status.refunded": "refunded",
    "status.failed": "failed",
}


def words(lang: str) -> dict[str, str]:
    return EN if lang == "en" else DE


def amount(text: str, symbol: str, lang: str) -> str:
    """12.5 becomes 12,50 € in German and €12.50 in English."""
    figure = f"{float(text):,.2f}"
    if lang == "en":
        return f"{symbol}{figure}"
    return figure.replace(",", "X").replace(".", ",").replace("X", ".") + f" {symbol}"


def day(naive: str, lang: str) -> str:
    """The local date of a naive local moment."""
    year, month, number = naive[:10].split("-")
    return f"{number}/{month}/{year}" if lang == "en" else f"{int(number)}.{int(month)}.{year}"
