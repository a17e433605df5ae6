"""The labelling configuration: the page on which people label, as Label Studio's XML.

A label's name stands beside every region, so that colour alone never tells two apart. The colours are those of
Okabe and Ito (2008, Color Universal Design) and, for frames, the nine muted ones of Paul Tol (SRON technical note
EPS/TN/09-002, 2021), both made for people who see colours differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from xml.etree.ElementTree import Element, SubElement, indent, tostring

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
_CLAIMS = ("factual", "causal", "predictive", "evaluative", "prescriptive", UNLABELLED)
_MUTED = "#332288 #88CCEE #44AA99 #117733 #999933 #DDCC77 #CC6677 #882255 #AA4499".split()
_STYLE = """
[class*="richtext__line"] { white-space: pre-wrap; }
.framing-palette { position: sticky; top: 0; z-index: 2; background: var(--color-neutral-background, #fff); }
"""

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
    palette = SubElement(view, "View", className="framing-palette")
    keys = iter(_KEYS)
    for name, title, _, labels, hints in groups:
        _palette(palette, name, title, labels, hints, keys)
    SubElement(view, "Text", name=TEXT, value="$text", granularity="symbol", showLabels="true")
    for name, _, layer, _, _ in groups:
        _fields(view, name, FIELDS.get(layer, ()))
    for frames in sets:
        _of_the_article(view, frames)
    indent(view)
    return tostring(view, encoding="unicode") + "\n"


def _groups(
    scheme: Scheme, sets: Sequence[Frameset]
) -> Iterator[tuple[str, str, MarkLayer, Labels, Mapping[str, str]]]:
    """Name, title, layer, labels and hints of every group of labels."""
    yield "mention", "Who speaks", "Mention", [("mention", "Mention of a speaker", _ORANGE)], {}
    if "statements" in scheme.layers:
        kinds = [(kind, f"{kind.capitalize()} statement", colour) for kind, colour in _STATEMENTS.items()]
        parts = [("source", "Other words for the source", _YELLOW), ("cue", "Cue (“said”)", _GREY)]
        yield "statement", "What is said", "Statement", kinds, {}
        yield "part", "and how it is reported", "Source", parts, {}
    if "claims" in scheme.layers:
        claims = [(kind, f"{kind.capitalize()} claim", _VERMILION) for kind in _CLAIMS[:-1]]
        claims.append((UNLABELLED, "Claim of no kind", _VERMILION))
        yield "claim", "What is claimed", "Claim", claims, {}
    for frames in sets:
        colours = cycle(_MUTED)
        labels = [(code, shown, next(colours)) for code, shown in frames.names.items()]
        yield (
            EVIDENCE + frames.ref,
            f"Passages that carry a frame: {frames.title}",
            "Evidence",
            labels,
            frames.hints,
        )


def _palette(
    parent: Element, name: str, title: str, labels: Labels, hints: Mapping[str, str], keys: Iterator[str]
) -> None:
    SubElement(parent, "Header", value=title, size="6")
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
    view = SubElement(parent, "View", visibleWhen="region-selected", whenTagName=group)
    for field in fields:
        SubElement(view, "Header", value=field.shown, size="6")
        name = f"{group}.{field.name}"
        if field.choices is None:
            SubElement(
                view, "TextArea", name=name, toName=TEXT, perRegion="true", maxSubmissions="1", editable="true"
            )
        else:
            _choices(view, name, field.choices, of_region=True)


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
