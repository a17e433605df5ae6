"""The UIMA type system of the layers: a span type a layer, and slots (links with a role) between them.

INCEpTION makes its layers from this file: strings become text features, slots link features that any mark can fill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from framing.annotations import NARRATOR, UNATTRIBUTED, ClaimKind, SpeakerKind, StatementKind
from framing.interop.adapting import CONTINUES, LAYER_NAMES, LINKS_OF, PIECE_FEATURES, SLOTS
from framing.interop.exchange import Scheme
from framing.interop.marks import MarkLayer

if TYPE_CHECKING:
    from cassis import TypeSystem

__all__ = ["LINK_TYPE", "tagsets", "type_name", "type_system"]

_PACKAGE = "framing"
_ANY = "uima.tcas.Annotation"
_DESCRIPTIONS: dict[str, str] = {
    "id": "Made by the program; may be left empty.",
    "speaker": "Who speaks: the same word for all mentions and statements of one speaker.",
    "voice": f"{NARRATOR}, {UNATTRIBUTED} or a speaker; empty: the voice in which the mark stands.",
    CONTINUES: "The id of the mark that this is a further piece of.",
    "primary": "true where this is the leading frame.",
    "checkworthy": "true or false.",
}
_KINDS: dict[MarkLayer, tuple[str, ...]] = {
    "Statement": get_args(StatementKind),
    "Claim": get_args(ClaimKind),
    "Mention": get_args(SpeakerKind),
}


def type_name(layer: MarkLayer) -> str:
    return f"{_PACKAGE}.{LAYER_NAMES[layer]}"


LINK_TYPE = {
    (layer, name): f"{type_name(layer)}{name.capitalize()}Link"
    for layer, names in LINKS_OF.items()
    for name in names
}
"""The type of the links of a layer, as (layer, name of the link)."""


def type_system(scheme: Scheme) -> TypeSystem:
    """The types; the description of a frame's feature lists the codes of the scheme's codebooks."""
    from cassis import TypeSystem

    system = TypeSystem()
    codes = ", ".join(code for book in scheme.codebooks for code in book.codes)
    for layer, features in PIECE_FEATURES.items():
        system.create_type(type_name(layer), _ANY)
        for feature in features:
            told = codes if feature == "frame" else ", ".join(_KINDS.get(layer, ())) if feature == "kind" else ""
            described = told or _DESCRIPTIONS.get(feature)
            system.create_feature(type_name(layer), feature, "uima.cas.String", description=described or None)
        for link in LINKS_OF[layer]:
            name = LINK_TYPE[layer, link]
            system.create_type(name, "uima.cas.TOP")
            system.create_feature(name, "role", "uima.cas.String")
            system.create_feature(name, "target", _ANY)
            system.create_feature(type_name(layer), SLOTS[link], "uima.cas.FSArray", elementType=name)
    return system


def tagsets(scheme: Scheme) -> dict[str, tuple[tuple[str, str], ...]]:
    """(tag, what it means) of every set that coders choose from."""
    kinds = {f"{layer.lower()}-kinds": tuple((kind, "") for kind in values) for layer, values in _KINDS.items()}
    frames = {
        book.ref: tuple((f.code, f"{f.name}: {f.definition}") for f in book.frames) for book in scheme.codebooks
    }
    return kinds | frames
