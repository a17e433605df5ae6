"""The two things a backend can be, and what a model backend may be besides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from framing.annotations import Findings
    from framing.backends._options import BackendOptions
    from framing.codebooks import Codebook
    from framing.messages import Reply, Request
    from framing.text import Document

__all__ = ["Extractor", "ModelBackend", "Sampled", "ServerBackend"]


@runtime_checkable
class ModelBackend(Protocol):
    """A model that answers requests.

    `address` is the name under which replies are stored and results are signed (`openai:gpt-x`). Both ways of
    asking raise the BackendError family only; what the model says wrongly is a Reply like any other.
    """

    @property
    def address(self) -> str: ...

    def complete(self, request: Request) -> Reply: ...

    async def acomplete(self, request: Request) -> Reply: ...

    def close(self) -> None:
        """Give back what `complete` holds open; the backend may be used again afterwards."""

    async def aclose(self) -> None:
        """The same for `acomplete`, to be awaited in the event loop that it ran in."""


@runtime_checkable
class ServerBackend(ModelBackend, Protocol):
    """A ModelBackend behind a server, whose options a corpus run sets to its own needs."""

    @property
    def options(self) -> BackendOptions: ...

    @property
    def url(self) -> str: ...

    def with_options(self, options: BackendOptions) -> ServerBackend:
        """The same model on the same server, spoken to in another way."""
        ...


@runtime_checkable
class Extractor(Protocol):
    """Something that finds speakers, statements, claims and frames by itself, without a model."""

    @property
    def address(self) -> str: ...

    def extract(self, document: Document, codebook: Codebook | None) -> Findings: ...


@runtime_checkable
class Sampled(Protocol):
    """A ModelBackend that keeps several answers to the same request apart (see `Request.key`)."""

    def sampled(self, sample: int) -> ModelBackend:
        """The same backend for the `sample`-th answer to each request, counted from 0."""
        ...
