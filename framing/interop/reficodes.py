"""The tree of codes that coders of a QDA program choose from, and what each of them means for a mark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import get_args

from framing.annotations import ClaimKind, StatementKind
from framing.interop.exchange import CodedArticle, Scheme
from framing.interop.marks import Mark, MarkLayer

__all__ = ["CODED", "LEADING", "SPEAKERS", "Code", "Meaning", "code_path", "codes", "meaning"]

Path = tuple[str, ...]
CODED: Path = ("Article coded",)
"""On a whole source: this user has coded it, whatever was found."""
LEADING = "leading frame"
SPEAKERS = "speakers"
"""The key under which a source's description has the speakers whom it does not mention, as (coder, who)."""
_FRAMES = "Frames"
_KINDS: Mapping[MarkLayer, tuple[str, ...]] = {"Statement": get_args(StatementKind), "Claim": get_args(ClaimKind)}
_COLOURS = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7", "#999999")
"""The palette of Okabe and Ito (2008), which people with any colour vision can tell apart."""


@dataclass(frozen=True, slots=True)
class Code:
    """A code; `path` are the names from the top of the tree to it."""

    path: Path
    description: str = ""
    codable: bool = True
    colour: str = _COLOURS[-1]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code says of a passage. `Frame` is a label of the article, `Evidence` of a passage."""

    layer: MarkLayer
    features: Mapping[str, str]


def codes(articles: Sequence[CodedArticle], scheme: Scheme) -> tuple[Code, ...]:
    """The tree, parents first: the layers of the scheme, its codebooks, and labels in use that these lack."""
    listed = [Code(CODED, "On the whole source: it has been coded.")]
    listed += [Code((layer,)) for layer in ("Mention", "Cue", "Source")]
    for layer, kinds in _KINDS.items():
        listed.append(Code((layer,), codable=layer == "Claim"))
        listed += [
            Code((layer, kind), colour=colour) for kind, colour in zip(kinds, cycle(_COLOURS[:-1]), strict=False)
        ]
    frames = {book.ref: {f.code: f"{f.name}: {f.definition}" for f in book.frames} for book in scheme.codebooks}
    for found in (found for article in articles for found in article.codings.values()):
        for label in found.frames:
            frames.setdefault(label.codebook, {}).setdefault(label.frame, "")
    listed += [Code((_FRAMES,), codable=False)] if frames else []
    for codebook, described in frames.items():
        listed.append(Code((_FRAMES, codebook), codable=False))
        colours = dict(zip(described, cycle(_COLOURS[:-1]), strict=False))
        listed += [Code((_FRAMES, codebook, f), told, colour=colours[f]) for f, told in described.items()]
        listed.append(Code((_FRAMES, codebook, LEADING), "On the whole source: the leading frame.", codable=False))
        listed += [Code((_FRAMES, codebook, LEADING, f), colour=colours[f]) for f in described]
    return tuple(listed)


def code_path(mark: Mark) -> Path:
    """The code of a mark."""
    if mark.layer in ("Frame", "Evidence"):
        return _FRAMES, mark.features["codebook"], mark.features["frame"]
    kind = mark.features.get("kind", "")
    return (mark.layer, kind) if kind in _KINDS.get(mark.layer, ()) else (mark.layer,)


def meaning(path: Path, *, whole: bool, scheme: Scheme) -> Meaning | None:
    """What the code at `path` says of a passage, or of a `whole` source; None where it is none of ours.

    A frame's code is known wherever a user has moved it, by code or name, when the scheme has one codebook.
    """
    layer: MarkLayer = "Frame" if whole else "Evidence"
    if path[:1] == (_FRAMES,) and len(path) >= 3:
        leading = {"primary": "true"} if whole and LEADING in path[2:-1] else {}
        return Meaning(layer, {"codebook": path[1], "frame": path[-1], **leading})
    if not whole and path[0] in ("Mention", "Cue", "Source", "Statement", "Claim"):
        kind = {"kind": path[1]} if len(path) > 1 else {}
        return Meaning(path[0], kind)  # type: ignore[arg-type]
    if len(scheme.codebooks) == 1:
        for frame in scheme.codebooks[0].frames:
            if path[-1].strip().lower() in (frame.code, frame.name.lower()):
                return Meaning(layer, {"codebook": scheme.codebooks[0].ref, "frame": frame.code})
    return None
