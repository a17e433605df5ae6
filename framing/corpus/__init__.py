"""Articles from files."""

from framing.corpus.decoding import decode
from framing.corpus.files import document_from_bytes, read_document

__all__ = ["decode", "document_from_bytes", "read_document"]
