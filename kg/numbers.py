"""Numbers as people write them, to how a fact file writes them. Knows no units and reads no number."""

from __future__ import annotations

import re

_CURRENCIES = {"US$": "USD", "$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY"}
_CODES = "AUD|BRL|CAD|CHF|CNY|CZK|DKK|EUR|GBP|INR|JPY|MXN|NOK|PLN|RUB|SEK|TRY|UAH|USD|ZAR"
_SCALE = "thousand|million|billion|mil|millones|%|per ?cent|por ciento"
_EVERYDAY = tuple(
    (re.compile(pattern, re.IGNORECASE), meant)
    for pattern, meant in (
        (r"^[“”„«](.*)[“”»]$", r"\1"),
        (r"^(?:circa|approx|aprox|ca|c)\b\.? ?|^[~≈] ?", "about "),
        (r"^> ?", "more than "), (r"^< ?", "less than "), (r"^(?:≥|>=) ?", "at least "), (r"^(?:≤|<=) ?", "at most "),
        *((rf"^(\D*){re.escape(sign)} ?(?=\d)", rf"\1{code} ") for sign, code in _CURRENCIES.items()),
        *((rf"(?<=\d) ?{re.escape(sign)}$", f" {code}") for sign, code in _CURRENCIES.items()),
        (r"(?<=\d)[ .'’](?=\d{3}[ .'’]\d{3}(?!\d))|(?<=\d)[ '’](?=\d{3}(?!\d))", ","),
        (r"(?<=\d,\d{3})\.(?=\d{3}(?!\d))", ","),
        (r"(?<=\d) ?(?:m|mn|mio)\b\.?", " million"), (r"(?<=\d) ?(?:b|bn)\b\.?", " billion"),
        (r"(?<=\d) ?k\b", " thousand"), (r" ?\b(?:pct|p\.c\.)", "%"), (r"\beuros?\b", "EUR"),
        (r"(?<=\d) (?:mil|thousand) (?:millones|millions?)\b", " billion"),
        (rf"(?<=\d) ?({_SCALE})( ?[-–] ?| (?:to|and|y|a) )(?=\d[\d.,]* ?\1(?!\w))", r"\2"),
    )
)  # fmt: skip
"""How people write numbers, and what is read of it; one after the other."""
_CODE = re.compile(rf"\b(?:{_CODES})(?=\b|\d)", re.IGNORECASE)
TWO = re.compile(
    r"\s*(?![A-Z]{3}\s)(?:[^\W\d]\D*\s)?([1-9][0-9]{0,2})\.([0-9]{3})"
    r"(?:\s+(?![A-Z]{3}\s*$|thousand\b|[mb]illi?[oó]n|mil\b|per ?cent|por ciento)[^\W\d].*)?\s*"
)
"""What some write for 1412 and others for a little more than 1, where no scale, percent or currency tells which."""


def plain(text: str) -> str:
    """Returns a number in the words and signs of fact files, as far as its own are known.

    >>> plain("ca. 61 %"), plain("€2.3m"), plain("1.412.000"), plain("eur 5k"), plain("1 million to 2 million")
    ('about 61 %', 'EUR 2.3 million', '1,412,000', 'EUR 5 thousand', '1 to 2 million')
    """
    meant = _CODE.sub(lambda code: f"{code[0].upper()} ", text)
    for pattern, form in _EVERYDAY:
        meant = pattern.sub(form, meant)
    return " ".join(meant.split())
