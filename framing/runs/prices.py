"""What tokens cost, from a small file that its user can replace."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from framing.errors import InputError

__all__ = ["Price", "Prices"]

_NUMBERS = ("input", "output", "cached_input")
_WORDS = ("source", "as_of")
_SNAPSHOT = re.compile(r"-\d{4}-\d{2}-\d{2}$")


@dataclass(frozen=True, slots=True)
class Price:
    """Of a million tokens. Cached input is charged as any input where the file does not say less.

    `source` and `as_of` say who says so, and of when that is.
    """

    input: float
    output: float
    cached_input: float
    source: str = ""
    as_of: str = ""

    def of(self, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> float:
        """What a request costs; `cached_tokens` is a part of `input_tokens`."""
        sent = (input_tokens - cached_tokens) * self.input + cached_tokens * self.cached_input
        return (sent + output_tokens * self.output) / 1e6


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of some models; `source` and `as_of` hold for those that say nothing else of themselves."""

    models: Mapping[str, Price] = field(repr=False)
    source: str = ""
    as_of: str = ""
    currency: str = "USD"

    @classmethod
    def shipped(cls) -> Prices:
        """The file that comes with the library. Prices change, and these are second-hand: source and date stand
        in every manifest, and they are to be checked against the provider's page before money hangs on them."""
        return _shipped()

    @classmethod
    def load(cls, path: str | Path) -> Prices:
        """A file like the shipped one: `{"per_million_tokens": {MODEL: {"input": …, "output": …}}}`.

        `cached_input`, `source` and `as_of` may stand beside them, and `source`, `as_of` and `currency` beside all.
        Raises InputError.
        """
        try:
            data = json.loads(Path(path).read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise InputError(str(path), f"is no file of prices: {error}") from None
        if not isinstance(data, dict) or not isinstance(data.get("per_million_tokens"), dict):
            raise InputError(
                str(path), 'a file of prices is {"per_million_tokens": {MODEL: {"input": …, "output": …}}}'
            )
        told = {name: str(data[name]) for name in ("source", "as_of", "currency") if name in data}
        models = {
            model: _price(row, f"{path}: {model!r}", told) for model, row in data["per_million_tokens"].items()
        }
        return cls(models, **told)

    def find(self, model: str) -> Price | None:
        """The price of a model, or of the model that a dated snapshot (`name-2031-04-02`) is of; None: unknown."""
        return self.models.get(model) or self.models.get(_SNAPSHOT.sub("", model))


@cache
def _shipped() -> Prices:
    return Prices.load(Path(__file__).with_name("prices.json"))


def _price(row: Any, source: str, told: Mapping[str, str]) -> Price:
    if not isinstance(row, dict) or not {"input", "output"} <= row.keys() <= {*_NUMBERS, *_WORDS}:
        raise InputError(
            source, f"a price has 'input', 'output' and perhaps 'cached_input', 'source', 'as_of', not {row!r}"
        )
    numbers = [row["input"], row["output"], row.get("cached_input", row["input"])]
    if not all(isinstance(value, int | float) and value >= 0 for value in numbers):
        raise InputError(source, f"prices are numbers from 0 on, not {row!r}")
    return Price(*numbers, *(str(row.get(name, told.get(name, ""))) for name in _WORDS))
