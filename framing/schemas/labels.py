"""The frames of a reply as the codebook allows them: known codes, one label a code, one primary."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from framing.codebooks import Codebook
from framing.schemas.draft import DraftFrame
from framing.schemas.reading import BadItem, Notes, near

__all__ = ["asks_primary", "frame_code", "settled_frames"]


def asks_primary(codebook: Codebook | None) -> bool:
    """Whether a reply names one of several frames as the leading one."""
    return codebook is not None and codebook.primary and codebook.labels == "multi"


def settled_frames(
    found: Sequence[DraftFrame], notes: Notes, *, codebook: Codebook | None, primary: Any = None
) -> tuple[DraftFrame, ...]:
    """One label for each code, with all its passages, as the codebook allows them.

    Where it allows one label only, the first stands and the others are flaws. Where it asks for a primary
    frame, `primary` is its code.
    """
    labels: dict[str, DraftFrame] = {}
    for frame in found:
        head = labels.get(frame.frame)
        labels[frame.frame] = head._replace(evidence=head.evidence + frame.evidence) if head else frame
    frames = list(labels.values())
    if codebook and codebook.labels == "single":
        for extra in frames[1:]:
            reason = f"{codebook.ref} takes one label; {frames[0].frame!r} came first"
            notes.flaw(extra.item, reason, extra.raw)
        frames = frames[:1]
    if asks_primary(codebook) and frames and not (primary is None and notes.truncated):
        _check_primary(primary, tuple(labels), notes)
        frames = [frame._replace(primary=True) if frame.frame == primary else frame for frame in frames]
    return tuple(frames)


def _check_primary(primary: Any, given: tuple[str, ...], notes: Notes) -> None:
    if primary is None:
        notes.flaw("primary", f"one of the frames must be named as the primary one: {', '.join(given)}")
    elif primary not in given:
        notes.flaw("primary", f"{primary!r} is none of the frames given: {', '.join(given)}", primary)


def frame_code(value: Any, codebook: Codebook | None) -> str:
    """A code of the codebook, as it stands there; a near miss is refused and the nearest code is named."""
    if not isinstance(value, str):
        raise BadItem(f"a frame is named by its code, not by {value!r}")
    if codebook and value not in codebook.codes:
        raise BadItem(f"{value!r} is no frame of {codebook.ref}{near(value, codebook.codes)}")
    return value
