"""Files of several formats as one neutral `Source` for the domain to read."""

from compliance.files.incoming.files import FileFacts, open_document, open_tables, read_file

__all__ = ["FileFacts", "open_document", "open_tables", "read_file"]
