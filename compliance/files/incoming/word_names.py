"""The vocabulary of a Word document's XML, and the questions that all its readers ask."""

from __future__ import annotations

from compliance.files.incoming.parts import Element

MAIN = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = {"0", "false", "off", "none"}


def word(name: str) -> str:
    """The full name of an element or an attribute."""
    return MAIN + name


def child(parent: Element | None, *names: str) -> Element | None:
    """The element down this path of direct children, if there is one."""
    for name in names:
        if parent is None:
            return None
        parent = parent.find(MAIN + name)
    return parent


def value(element: Element | None, name: str = "val") -> str | None:
    """The value of an element, if it has one."""
    return None if element is None else element.get(MAIN + name)


def number(element: Element | None, name: str = "val") -> int | None:
    """The value of an element as a whole number, if it is one."""
    found = value(element, name)
    return int(found) if found and found.isascii() and found.isdecimal() else None


def switch(properties: Element | None, name: str) -> bool | None:
    """Whether the properties turn something on or off; None when they don't say."""
    found = child(properties, name)
    return None if found is None else value(found) not in OFF
