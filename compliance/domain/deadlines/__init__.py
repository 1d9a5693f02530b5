"""Deadlines as people write them: read, understood, and turned into due dates."""

from compliance.domain.deadlines.reader import Deadline, Note, read_deadline

__all__ = ["Deadline", "Note", "read_deadline"]
