"""The model that knows: every question is answered with the gold, in the wire format that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from framing.backends import BackendOptions
from framing.codebooks import Codebook, load_codebook
from framing.errors import BadRequestError, UsageError
from framing.evaluation.gold import GoldArticle, load_gold
from framing.messages import Reply, Request, Usage
from framing.schemas import SECTIONS, list_wire_formats, wire_format, write_reply
from framing.text import Document, Span, covering

__all__ = ["Oracle"]

_ARTICLE = re.compile(r"<article((?:-\d+)?)>\n(.*)\n</article\1>", re.DOTALL)
_NUMBERED = re.compile(r"(\d+) (.*)")


class Oracle:
    """A ModelBackend that answers about hand-labelled articles as their gold says.

    What an analysis of its answers lacks, the prompt, its wire format or the grounding has lost. Frames are those
    of `codebook`, a name, a path or a loaded one; None answers questions about frames with none.
    Of an article in chunks it gives what lies wholly in the chunk it is asked about.
    """

    def __init__(self, gold: Iterable[GoldArticle], *, codebook: str | Codebook | None = "policy-frames") -> None:
        self.address = "oracle"
        self._gold = tuple(gold)
        self._codebook = load_codebook(codebook) if isinstance(codebook, str) else codebook

    @classmethod
    def from_address(
        cls, model: str, *, base_url: str | None, api_key: str | None, options: BackendOptions
    ) -> Oracle:
        """The oracle that `oracle:FILE` names, for the codebook of the frames in that gold file.

        Raises GoldError for a file with faults, and UsageError where its frames are of several codebooks.
        """
        gold = load_gold(model)
        refs = sorted({label.codebook for article in gold for label in article.gold.frames})
        if len(refs) > 1:
            raise UsageError(f"oracle:{model}: its frames are of several codebooks ({', '.join(refs)})")
        oracle = cls(gold, codebook=refs[0] if refs else None)
        oracle.address = f"oracle:{model}"
        return oracle

    def complete(self, request: Request) -> Reply:
        """The gold as a reply; raises BadRequestError where the request shows no article that it knows."""
        task, _, wire = request.schema_name.partition("_")
        if task not in SECTIONS or wire not in list_wire_formats():
            raise BadRequestError(self.address, f"no prompt of this library asks for {request.schema_name!r}")
        article, within = self._asked_about(request, numbered=wire_format(wire).numbered)
        text = write_reply(
            wire, article.gold, task=task, document=article.document, codebook=self._codebook, within=within
        )
        return Reply(text, "oracle", usage=Usage(requests=1))

    async def acomplete(self, request: Request) -> Reply:
        """`complete` for asynchronous callers."""
        return self.complete(request)

    def close(self) -> None:
        """Nothing is held open."""

    async def aclose(self) -> None:
        """Nothing is held open."""

    def _asked_about(self, request: Request, *, numbered: bool) -> tuple[GoldArticle, Span | None]:
        """The article that the request shows, and the part of it (None: all)."""
        shown = [match[2] for message in request.messages if (match := _ARTICLE.search(message.content))]
        for article in self._gold if shown else ():
            find = _numbered_part if numbered else _verbatim_part
            if (part := find(article.document, shown[-1])) is not None:
                whole = part.covers(covering(article.document.paragraphs))
                return article, None if whole else part
        raise BadRequestError(self.address, "the request shows no article whose gold is known")


def _verbatim_part(document: Document, shown: str) -> Span | None:
    start = document.text.find(shown)
    return None if start < 0 else Span(start, start + len(shown))


def _numbered_part(document: Document, shown: str) -> Span | None:
    """The sentences under the numbers shown, if they are this document's; a chunk may begin or end inside one."""
    rows = [match for line in shown.splitlines() if (match := _NUMBERED.fullmatch(line))]
    numbers = [int(match[1]) for match in rows]
    if not numbers or max(numbers) > len(document.sentences):
        return None
    sentences = [document.sentences[number - 1] for number in numbers]
    texts = [" ".join(sentence.of(document.text).split()) for sentence in sentences]
    same = all(match[2] in text for match, text in zip(rows, texts, strict=True))
    return covering(sentences) if same else None
