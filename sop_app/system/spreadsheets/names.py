"""Compare names of columns as people write them."""

import re
import unicodedata

_WORDS = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def normalise_name(name: str) -> str:
    """Bring a column name into the form names are compared in.

    Case, accents, blanks, punctuation and the seams of CamelCase do not count.

    Example:
        >>> normalise_name("Customer ID "), normalise_name("customer_id"), normalise_name("CustomerID")
        ('customer id', 'customer id', 'customer id')
        >>> normalise_name("Größe (kg)"), normalise_name("Unit Price *")
        ('grosse kg', 'unit price')
    """
    folded = unicodedata.normalize("NFKD", _CAMEL.sub(" ", name).casefold())
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return " ".join(_WORDS.findall(plain))
