"""The labelling configuration: the page on which people label, as Label Studio's XML.

A label's name stands beside every region, so that colour alone never tells two apart. The colours are those of
Okabe and Ito (2008, Color Universal Design) and, for frames, the nine muted ones of Paul Tol (SRON technical note
EPS/TN/09-002, 2021), both made for people who see colours differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import get_args
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from framing.annotations import ClaimKind
from framing.interop.exchange import CodedArticle, Scheme
from framing.interop.label_studio.controls import (
    EVIDENCE,
    FIELDS,
    FRAMES,
    PRIMARY,
    RELATIONS,
    TEXT,
    UNLABELLED,
    Field,
    Frameset,
    framesets,
)
from framing.interop.marks import MarkLayer

__all__ = ["labelling_configuration"]

_KEYS = "1234567890qwertyiopasdfghjklzxcvbnm"
"""Keys for labels, in the order of the palette; `u` is the page's own."""
_ORANGE, _YELLOW, _GREY, _VERMILION = "#E69F00", "#F0E442", "#999999", "#D55E00"
_STATEMENTS = {"direct": "#0072B2", "indirect": "#56B4E9", "mixed": "#009E73", "block": "#CC79A7"}
_MUTED = "#332288 #88CCEE #44AA99 #117733 #999933 #DDCC77 #CC6677 #882255 #AA4499".split()
_STYLE = """
[class*="richtext__line"] { white-space: pre-wrap; }
.framing-labels, .framing-asked { position: sticky; z-index: 200; background: var(--color-neutral-background, #fff); }
.framing-labels { top: 0; border-bottom: 1px solid #999; }
.framing-labels [class*="labels"] { margin: 2px 0; }
.framing-asked { bottom: 0; border-top: 1px solid #999; }
.framing-region { display: flex; flex-wrap: wrap; align-items: center; gap: 0 12px; }
.framing-region [class*="choices"], .framing-region [class*="text-area"], .framing-region [data-testid="textarea-regions"]
{ margin: 2px 0 !important; }
.framing-region [class*="text-area"] { flex: 1 1 16em; }
"""
"""The page draws white space together; as it stands in the article it can be seen and marked."""

Labels = Sequence[tuple[str, str, str]]
"""Of every label: what is stored, what is shown, its colour."""


def labelling_configuration(scheme: Scheme, articles: Sequence[CodedArticle] = ()) -> str:
    """The configuration for the layers and codebooks of `scheme`, and for every frame that `articles` have."""
    sets = framesets(tuple(articles), scheme) if "frames" in scheme.layers else ()
    groups = list(_groups(scheme, sets))
    view = Element("View")
    SubElement(view, "Style").text = _STYLE
    relations = SubElement(view, "Relations")
    for name in RELATIONS:
        SubElement(relations, "Relation", value=name)
    SubElement(view, "Header", value="$title", size="4")
    palette = SubElement(view, "View", className="framing-labels")
    keys = iter(_KEYS)
    for name, _, labels, hints in groups:
        _palette(palette, name, labels, hints, keys)
    SubElement(view, "Text", name=TEXT, value="$text", granularity="symbol", showLabels="true")
    asked = SubElement(view, "View", className="framing-asked")
    for name, layer, _, _ in groups:
        _fields(asked, name, FIELDS.get(layer, ()))
    for frames in sets:
        _of_the_article(view, frames)
    indent(view)
    return tostring(view, encoding="unicode") + "\n"


def _groups(
    scheme: Scheme, sets: Sequence[Frameset]
) -> Iterator[tuple[str, MarkLayer, Labels, Mapping[str, str]]]:
    """Name, layer, labels and hints of every group of labels."""
    yield "mention", "Mention", [("mention", "speaker", _ORANGE)], {}
    if "statements" in scheme.layers:
        yield "statement", "Statement", [(kind, kind, colour) for kind, colour in _STATEMENTS.items()], {}
        yield "part", "Source", [("source", "other words for a source", _YELLOW), ("cue", "cue", _GREY)], {}
    if "claims" in scheme.layers:
        claims = [(kind, f"{kind} claim", _VERMILION) for kind in get_args(ClaimKind)]
        yield "claim", "Claim", [*claims, (UNLABELLED, "claim of no kind", _VERMILION)], {}
    for frames in sets:
        labels = [
            (code, shown, colour)
            for (code, shown), colour in zip(frames.names.items(), cycle(_MUTED), strict=False)
        ]
        yield EVIDENCE + frames.ref, "Evidence", labels, frames.hints


def _palette(parent: Element, name: str, labels: Labels, hints: Mapping[str, str], keys: Iterator[str]) -> None:
    group = SubElement(parent, "Labels", name=name, toName=TEXT, showInline="true")
    for stored, shown, colour in labels:
        label = SubElement(group, "Label", value=shown, alias=stored, background=colour)
        if key := next(keys, None):
            label.set("hotkey", key)
        if hint := hints.get(stored):
            label.set("hint", hint)


def _fields(parent: Element, group: str, fields: Sequence[Field]) -> None:
    """What is asked of a region of this group, while it is selected."""
    if not fields:
        return
    view = SubElement(parent, "View", className="framing-region", visibleWhen="region-selected", whenTagName=group)
    for field in fields:
        name = f"{group}.{field.name}"
        if field.choices is None:
            text = SubElement(view, "TextArea", name=name, toName=TEXT, placeholder=field.shown)
            text.attrib |= {"perRegion": "true", "maxSubmissions": "1", "editable": "true", "rows": "1"}
        else:
            choice = "single-radio" if len(field.choices) > 1 else "multiple"
            _choices(view, name, field.choices, choice=choice, of_region=True)


def _of_the_article(parent: Element, frames: Frameset) -> None:
    SubElement(parent, "Header", value=f"Frames of the whole text: {frames.title}", size="5")
    choice = "single-radio" if frames.single else "multiple"
    _choices(parent, FRAMES + frames.ref, frames.names, choice=choice, hints=frames.hints)
    if frames.primary:
        SubElement(parent, "Header", value="The primary frame", size="6")
        _choices(parent, PRIMARY + frames.ref, frames.names)


def _choices(
    parent: Element,
    name: str,
    choices: Mapping[str, str],
    *,
    choice: str = "single-radio",
    hints: Mapping[str, str] | None = None,
    of_region: bool = False,
) -> None:
    control = SubElement(
        parent,
        "Choices",
        name=name,
        toName=TEXT,
        choice=choice,
        showInline="true",
        perRegion=str(of_region).lower(),
    )
    for stored, shown in choices.items():
        made = SubElement(control, "Choice", value=shown, alias=stored)
        if hint := (hints or {}).get(stored):
            made.set("hint", hint)
