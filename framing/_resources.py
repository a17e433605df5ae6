"""Where the files that come with the library lie: inside it when installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

from framing.errors import FramingError

__all__ = ["resource_dir"]

_PACKAGE = Path(__file__).resolve().parent


def resource_dir(name: str) -> Path:
    """The folder `name` ("prompts", "eval" or "datasets"); raises FramingError when it is missing."""
    installed = _PACKAGE / "_data" / name
    if installed.is_dir():
        return installed
    checkout = _PACKAGE.parent
    # Beside an installed package lies site-packages, where a folder of that name belongs to somebody else.
    if (checkout / "pyproject.toml").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise FramingError(f"the folder {name!r} is missing from this installation: reinstall framing-toolkit")
