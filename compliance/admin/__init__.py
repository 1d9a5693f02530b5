"""The administration: reference data and people, each change on record."""

from compliance.admin import people, reference

__all__ = ["people", "reference"]
