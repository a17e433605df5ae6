"""The controls of the labelling page, which its configuration, the tasks and the export all name.

A `Group` is a `Labels` tag: a palette whose labels make regions. A `Field` is asked of every region of a group; its
control is called `<group>.<field>`. `frames:<codebook>` and `primary:<codebook>` are asked of the article.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from framing.annotations import NARRATOR, UNATTRIBUTED, ClaimKind, SpeakerKind, StatementKind
from framing.interop.exchange import CodedArticle, Scheme
from framing.interop.marks import LINKS, Mark, MarkLayer

__all__ = [
    "CONTINUES",
    "EVIDENCE",
    "FIELDS",
    "FRAMES",
    "PRIMARY",
    "RELATIONS",
    "TEXT",
    "UNLABELLED",
    "Field",
    "Frameset",
    "framesets",
    "group_of",
    "label_of",
    "layer_of",
]

TEXT = "text"
EVIDENCE, FRAMES, PRIMARY = "evidence:", "frames:", "primary:"
"""What the controls of a codebook's frames begin with; its reference follows."""
CONTINUES = "continues"
"""The relation from one piece of a passage to the next: a region of the page is one stretch of text."""
RELATIONS = (*LINKS, CONTINUES)
UNLABELLED = "claim"
"""The label of a claim of no kind."""


@dataclass(frozen=True, slots=True)
class Field:
    """Something asked of a region: a text, or one of `choices`, which map what is stored to what is shown.

    The page takes a stored "true" for a truth value and then fails: what is stored are other words.
    """

    name: str
    shown: str = ""
    choices: Mapping[str, str] | None = None


_KINDS = {
    "person": "a person",
    "group": "a group",
    "organization": "an organization",
    "unnamed": "someone left unnamed",
}
_VOICES = {NARRATOR: "the outlet itself", UNATTRIBUTED: "a quotation ascribed to nobody"}
_SPEAKER = "Speaker: the same words for the same speaker"
_VOICE = (
    Field("voice", choices=_VOICES),
    Field("speaker", "or of a speaker: the words that stand at its mentions"),
)
FIELDS: Mapping[MarkLayer, tuple[Field, ...]] = {
    "Mention": (
        Field("speaker", _SPEAKER),
        Field("name", "Name, where it is not those words"),
        Field("unnamed", choices={"yes": "the article gives no name"}),
        Field("role", "Role, as the article gives it"),
        Field("kind", choices={kind: _KINDS[kind] for kind in get_args(SpeakerKind)}),
    ),
    "Statement": (Field("speaker", "Speaker, where no arrow goes to a mention: the words that stand there"),),
    "Claim": (*_VOICE, Field("checkworthy", choices={"yes": "worth checking", "no": "not worth checking"})),
    "Evidence": _VOICE,
}


@dataclass(frozen=True, slots=True)
class Frameset:
    """The frames to choose from: those of a codebook, or those in use where the codebook is not at hand.

    `names` maps a code to what is shown, `hints` to its definition.
    """

    ref: str
    title: str
    names: Mapping[str, str]
    hints: Mapping[str, str]
    single: bool = False
    primary: bool = True


def framesets(articles: tuple[CodedArticle, ...], scheme: Scheme) -> tuple[Frameset, ...]:
    """Those of the scheme's codebooks, and those of any other codebook that a label names."""
    used: dict[str, dict[str, bool]] = {book.ref: {} for book in scheme.codebooks}
    for found in (coding for article in articles for coding in article.codings.values()):
        for label in found.frames:
            given = used.setdefault(label.codebook, {})
            given[label.frame] = given.get(label.frame, False) or label.primary
    known = {book.ref: book for book in scheme.codebooks}
    made = []
    for ref, given in used.items():
        book = known.get(ref)
        frames = book.frames if book else ()
        names = {frame.code: frame.name for frame in frames} | {
            code: code for code in given if code not in {frame.code for frame in frames}
        }
        made.append(
            Frameset(
                ref=ref,
                title=book.title if book else ref,
                names=names if _tells_apart(names) else {code: code for code in names},
                hints={frame.code: frame.definition for frame in frames},
                single=book is not None and book.labels == "single",
                primary=book is None or book.primary or any(given.values()),
            )
        )
    return tuple(made)


def _tells_apart(names: Mapping[str, str]) -> bool:
    """Whether what is shown tells labels apart: the page also finds a label by what is shown."""
    shown = set(names.values())
    return len(shown) == len(names) and all(names[code] == code for code in shown & set(names))


_GROUPS: Mapping[str, Mapping[str, MarkLayer]] = {
    "mention": {"mention": "Mention"},
    "part": {"source": "Source", "cue": "Cue"},
    "statement": dict.fromkeys(get_args(StatementKind), "Statement"),
    "claim": dict.fromkeys((*get_args(ClaimKind), UNLABELLED), "Claim"),
}


def layer_of(group: str, label: str) -> MarkLayer | None:
    """What a label of a group marks; None where there is no such group or label."""
    if group.startswith(EVIDENCE):
        return "Evidence"
    return _GROUPS.get(group, {}).get(label)


def group_of(mark: Mark) -> str:
    """The group in which a mark has its label."""
    if mark.layer == "Evidence":
        return EVIDENCE + mark.features["codebook"]
    return next(group for group, labels in _GROUPS.items() if mark.layer in labels.values())


def label_of(mark: Mark) -> str:
    """The label of a mark's regions."""
    if mark.layer == "Evidence":
        return mark.features["frame"]
    return mark.features.get("kind", UNLABELLED) if mark.layer in ("Statement", "Claim") else mark.layer.lower()
