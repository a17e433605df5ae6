"""The formats by name; the module of one is imported when it is used."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import cast

from framing.errors import UnknownNameError
from framing.interop.exchange import Format

__all__ = ["FORMATS", "FormatInfo", "load_format"]


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """A format: what it is for, the module that speaks it, and whether it is a file or a folder."""

    title: str
    module: str
    folder: bool = False


FORMATS: dict[str, FormatInfo] = {
    "label-studio": FormatInfo(
        "Label Studio: configuration, tasks, export", "framing.interop.label_studio", folder=True
    ),
}


def load_format(name: str) -> Format:
    """The format of that name; raises UnknownNameError."""
    if name not in FORMATS:
        raise UnknownNameError("format", name, tuple(FORMATS))
    return cast(Format, import_module(FORMATS[name].module))
