"""What a cell of a workbook shows: its number by its number format, in Russian.

The decimal sign is a full stop, as it is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from compliance.files.incoming.format_dates import shown_date
from compliance.files.incoming.format_sections import Section, Token, literal, sections_of

GENERAL = "General"
# Formats that a workbook names by number only, as a Russian Excel shows them.
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: "#,##0 ₽", 6: "#,##0 ₽", 7: "#,##0.00 ₽", 8: "#,##0.00 ₽", 9: "0%", 10: "0.00%",
    11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "dd.mm.yyyy", 15: "dd.mmm.yy", 16: "dd.mmm",
    17: "mmm.yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    22: "dd.mm.yyyy h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: "#,##0", 42: "#,##0 ₽", 43: "#,##0.00", 44: "#,##0.00 ₽",
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}  # fmt: skip
FARTHEST = 1e15  # numbers past it are shown with a power of ten


def shown_number(value: float, code: str, *, since_1904: bool = False) -> str | None:
    """The number as the format shows it; None when it can't be shown so (Excel shows ####)."""
    sections = sections_of(code)
    section, is_bare = _section_for(value, sections)
    if section is None:
        return None
    if section.is_date:
        return shown_date(value, section, since_1904)
    return _number(abs(value) if is_bare else value, section)


def shown_text(value: str, code: str) -> str:
    """The text as the format shows it: its fourth section, if there is one, says what is round
    it."""
    sections = sections_of(code)
    last = sections[-1] if sections else None
    if last is None or not (len(sections) == 4 or any(t.text == "@" for t in last.tokens)):
        return value
    return "".join(value if token.text == "@" else literal(token) for token in last.tokens)


def general(value: float) -> str:
    """A number without a format: 3 for 3.0, at most eleven digits."""
    if value == int(value) and abs(value) < FARTHEST:
        return str(int(value))
    return f"{value:.10g}".replace("e", "E")


def _section_for(value: float, sections: tuple[Section, ...]) -> tuple[Section | None, bool]:
    """The section that shows the number, and whether it shows it without its sign."""
    numeric = [one for one in sections[:3] if not any(t.text == "@" for t in one.tokens)]
    if not numeric:
        return sections_of(GENERAL)[0], False
    if any(one.condition for one in numeric):
        for one in numeric:
            if one.condition is None or _holds(value, one.condition):
                return one, False
        return None, False
    if value < 0 and len(numeric) > 1:
        return numeric[1], True
    if value == 0 and len(numeric) > 2:
        return numeric[2], False
    return numeric[0], False


def _holds(value: float, condition: tuple[str, float]) -> bool:
    sign, limit = condition
    return {
        "<": value < limit, ">": value > limit, "=": value == limit,
        "<=": value <= limit, ">=": value >= limit, "<>": value != limit,
    }[sign]  # fmt: skip


def _number(value: float, section: Section) -> str:
    """The number in the places that the section has for its digits."""
    if section.is_general or not any(token.kind == "digits" for token in section.tokens):
        return _general_section(value, section)
    signs = list(section.tokens)
    if (slash := _slash(signs)) is not None:
        return _fraction(value, len(signs[slash + 1].text))
    percents = sum(token.kind == "sign" and token.text == "%" for token in signs)
    scaled = value * 100**percents / 1000 ** _trailing_commas(signs)
    whole, decimals, power = _places(signs)
    if power:
        digits = f"{abs(scaled):.{len(decimals)}E}"
        mantissa, _e, exponent = digits.partition("E")
        digits = f"{mantissa}E{exponent[0]}{exponent[1:].lstrip('0').zfill(2)}"
    else:
        digits = _rounded(abs(scaled), whole, decimals, grouped=_is_grouped(signs))
    minus = "-" if scaled < 0 and digits.strip("0., ") else ""
    return minus + _set_in(digits, signs)


def _general_section(value: float, section: Section) -> str:
    if not section.is_general and section.tokens:
        return "".join(map(literal, section.tokens)).strip()
    if not section.tokens:
        return ""
    return "".join(
        general(value) if token.kind == "general" else literal(token) for token in section.tokens
    ).strip()


def _slash(signs: list[Token]) -> int | None:
    """The place of the stroke of a fraction (# ??/??)."""
    return next(
        (
            index
            for index, (token, after) in enumerate(pairwise(signs))
            if token == Token("sign", "/") and after.kind == "digits"
        ),
        None,
    )


def _fraction(value: float, digits: int) -> str:
    whole, rest = divmod(abs(value), 1)
    part = Fraction(rest).limit_denominator(10 ** min(digits, 3) - 1)
    if part == 1:
        whole, part = whole + 1, Fraction(0)
    words = [str(int(whole))] if whole or not part else []
    words += [f"{part.numerator}/{part.denominator}"] if part else []
    return "-" * (value < 0) + " ".join(words)


def _numeric(signs: list[Token]) -> Iterator[tuple[int, Token]]:
    return (
        (index, token)
        for index, token in enumerate(signs)
        if token.kind in {"digits", "power"} or (token.kind == "sign" and token.text in ".,")
    )


def _trailing_commas(signs: list[Token]) -> int:
    """Commas right after the last digit place: each divides by a thousand."""
    count = 0
    for _index, token in reversed(list(_numeric(signs))):
        if token.text != ",":
            break
        count += 1
    return count


def _is_grouped(signs: list[Token]) -> bool:
    kinds = [token.text[0] for _index, token in _numeric(signs)]
    return any(
        sign == "," and index and index < len(kinds) - 1 and kinds[index + 1] in "0#?"
        for index, sign in enumerate(kinds)
    )


def _places(signs: list[Token]) -> tuple[str, str, bool]:
    """The digit places before and after the decimal sign, and whether there is a power of ten."""
    whole, decimals, power, after = "", "", False, False
    for _index, token in _numeric(signs):
        if token.kind == "power":
            power = True
        elif token.kind == "digits" and not power:
            whole, decimals = (whole, decimals + token.text) if after else (
                whole + token.text, decimals
            )  # fmt: skip
        after = after or token.text == "."
    return whole, decimals, power


def _rounded(value: float, whole: str, decimals: str, *, grouped: bool) -> str:
    text = _half_up(value, min(len(decimals), 15))
    units, _point, rest = text.partition(".")
    units = units.lstrip("0").zfill(whole.count("0"))
    if grouped:
        units = f"{int(units or 0):,}".replace(",", " ") if units else ""
    optional = len(decimals) - len(decimals.rstrip("#"))
    while optional and rest.endswith("0"):
        rest, optional = rest[:-1], optional - 1
    return f"{units}.{rest}" if decimals and (rest or "0" in decimals) else units


def _half_up(value: float, places: int) -> str:
    """The number with so many decimals, as written and not as stored: 2.675 is 2.68."""
    if value >= 1e12:
        return f"{value:.{places}f}"
    return str(Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def _set_in(digits: str, signs: list[Token]) -> str:
    """The digits where the format's first place is, what else it says round them."""
    places = [index for index, _token in _numeric(signs)]
    first, last = places[0], places[-1]
    before = "".join(literal(token) for token in signs[:first])
    within = "".join(
        literal(token)
        for index, token in enumerate(signs)
        if first < index < last and index not in places
    )
    after = "".join(literal(token) for token in signs[last + 1 :])
    return f"{before}{digits}{within}{after}".strip()
