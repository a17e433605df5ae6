"""Articles from files and tables, and tables of what was found in them."""

from framing.corpus.decoding import decode
from framing.corpus.fields import BadRow, Fields
from framing.corpus.files import document_from_bytes, read_document
from framing.corpus.reading import Corpus, Entry, passed_over, read_corpus
from framing.corpus.tables import TABLES, write_tables

__all__ = [
    "TABLES",
    "BadRow",
    "Corpus",
    "Entry",
    "Fields",
    "decode",
    "document_from_bytes",
    "passed_over",
    "read_corpus",
    "read_document",
    "write_tables",
]
