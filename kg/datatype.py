"""Whether a text is well formed for a datatype of XML Schema. Knows no dates and no numbers as people write them."""

from __future__ import annotations

import re

from kg.terms import XSD, literal

_EXAMPLES = {
    "date": "2008-11-23", "gYear": "2008", "gYearMonth": "2008-11", "decimal": "5.4", "double": "5.4e6",
    "dateTime": "2008-11-23T18:00:00", "time": "18:00:00", "duration": "P1Y6M", "nonNegativeInteger": "17",
}  # fmt: skip
_CAST = frozenset(XSD + name for name in (
    "date", "dateTime", "dayTimeDuration", "decimal", "double", "duration", "float", "gDay", "gMonth", "gMonthDay",
    "gYear", "gYearMonth", "time", "yearMonthDuration",
))  # fmt: skip
"""Datatypes that SPARQL casts text to."""
_WHOLE = {
    XSD + name: (low, high) for name, low, high in (
        ("nonNegativeInteger", 0, None), ("positiveInteger", 1, None), ("nonPositiveInteger", None, 0),
        ("negativeInteger", None, -1), ("long", -(2**63), 2**63 - 1), ("int", -(2**31), 2**31 - 1),
        ("short", -(2**15), 2**15 - 1), ("byte", -128, 127), ("unsignedLong", 0, 2**64 - 1),
        ("unsignedInt", 0, 2**32 - 1), ("unsignedShort", 0, 2**16 - 1), ("unsignedByte", 0, 255),
    )
}  # fmt: skip
"""Whole numbers with their least and greatest."""


def is_of(text: str, datatype: str) -> bool:
    """Says whether a text is well formed for a datatype; any is for one that nobody here knows."""
    if datatype in _WHOLE:
        low, high = _WHOLE[datatype]
        whole = int(text) if re.fullmatch(r"[-+]?[0-9]{1,99}", text) else None
        return whole is not None and (low is None or whole >= low) and (high is None or whole <= high)
    if datatype not in _CAST:
        return True
    import pyoxigraph as ox

    (row,) = ox.Store().query(f"SELECT (<{datatype}>({literal(text)}) AS ?value) {{}}")
    return row["value"] is not None


def example_of(datatype: str) -> str:
    """Returns ' such as' and a well-formed text where there is one at hand."""
    name = datatype.removeprefix(XSD)
    return f" such as {_EXAMPLES[name]}" if name in _EXAMPLES else ""
