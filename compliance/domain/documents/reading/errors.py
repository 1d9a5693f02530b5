"""The reasons a document is refused, as codes; the edges word them."""

from compliance.domain.refusals import Refusal, TooLarge


class UnreadableDocument(Refusal):
    """A file from which no text can be read."""


class OversizedDocument(UnreadableDocument, TooLarge):
    """A file, or what it unpacks to, above the limit."""


class UnsupportedDocument(UnreadableDocument):
    """A document whose kind is recognised but whose content cannot be stored."""

    def __init__(self, code: str, *, kind: str) -> None:
        super().__init__(code, kind=kind)
        self.kind = kind
