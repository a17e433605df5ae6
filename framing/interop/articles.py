"""Between gold files, analyses and the articles that travel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from framing.annotations import Analysis, Findings, Speaker
from framing.errors import UsageError
from framing.evaluation.gold import GoldArticle
from framing.interop.exchange import GOLD, LAYERS, CodedArticle, Layer

__all__ = ["coded_articles", "merged_gold", "renamed", "with_analyses"]


def coded_articles(
    articles: Iterable[GoldArticle],
    *,
    coders: Sequence[str] = (),
    layers: Sequence[Layer] = LAYERS,
    blind: bool = False,
) -> tuple[CodedArticle, ...]:
    """The articles with the codings of `coders` (none named: gold and every coder), of these layers.

    Blind, each coder named gets empty findings to fill. Raises UsageError where nobody has coded as a coder named.
    """
    listed = tuple(articles)
    if blind:
        return tuple(CodedArticle(a.document, {name: Findings() for name in coders}) for a in listed)
    for article in listed:
        if GOLD in article.coders:
            raise UsageError(f"article {article.id!r} has a coder called {GOLD!r}: call them something else")
    known = {name for article in listed for name in (GOLD, *article.coders)}
    for name in coders:
        if name not in known:
            raise UsageError(f"there is no coder {name!r}; the file has {', '.join(sorted(known))}")
    return tuple(CodedArticle(a.document, _codings(a, coders, layers)) for a in listed)


def with_analyses(
    articles: Iterable[CodedArticle], analyses: Iterable[Analysis], *, coder: str, layers: Sequence[Layer] = LAYERS
) -> tuple[CodedArticle, ...]:
    """The articles, each also with its analysis as the coding of `coder`; an article without one stays as it is.

    Raises GroundingError where an analysis belongs to another text of the same id.
    """
    by_id = {analysis.document.id: analysis for analysis in analyses}
    joined = []
    for article in articles:
        codings = dict(article.codings)
        if analysis := by_id.get(article.document.id):
            analysis.verify(article.document)
            codings[coder] = _only(_findings(analysis), layers)
        joined.append(CodedArticle(article.document, codings))
    return tuple(joined)


def renamed(articles: Iterable[CodedArticle], names: Mapping[str, str]) -> tuple[CodedArticle, ...]:
    """The articles with coders called otherwise: `names` maps what a coder is called to what they are to be called.

    One person may have worked under several names, on different articles. Raises UsageError for a name that no
    coder has, one that stands for the adjudicated labels, or one that two coders of an article would share.
    """
    listed = tuple(articles)
    known = {coder for article in listed for coder in article.codings}
    for old, new in names.items():
        if old not in known:
            there = ", ".join(map(repr, sorted(known))) or "no coder at all"
            raise UsageError(f"there is no coder {old!r} to rename; the file has {there}")
        if new == GOLD:
            raise UsageError(f"{GOLD!r} stands for the adjudicated labels: --gold {old} takes those of {old!r}")
    return tuple(CodedArticle(a.document, _called(a, names)) for a in listed)


def merged_gold(
    articles: Iterable[GoldArticle],
    imported: Iterable[CodedArticle],
    *,
    layers: Sequence[Layer] = LAYERS,
    gold: str = GOLD,
) -> tuple[GoldArticle, ...]:
    """`articles` with what was imported: each coder's findings replace what that coder had in these layers.

    `gold` names the coder whose findings are the adjudicated labels. Raises UsageError for an imported article
    that is not among `articles`, or a speaker's id that means two different people.
    """
    given = {article.document.id: article.codings for article in imported}
    listed = tuple(articles)
    if strangers := set(given) - {article.id for article in listed}:
        raise UsageError(f"article {min(strangers)!r} is not among the articles that labels are added to")
    return tuple(_merged(article, given.get(article.id, {}), layers, gold) for article in listed)


def _called(article: CodedArticle, names: Mapping[str, str]) -> dict[str, Findings]:
    called: dict[str, Findings] = {}
    for coder, found in article.codings.items():
        name = names.get(coder, coder)
        if name in called:
            two = " and ".join(repr(old) for old in article.codings if names.get(old, old) == name)
            raise UsageError(f"article {article.document.id!r} was coded by {two}: both cannot be called {name!r}")
        called[name] = found
    return called


def _merged(
    article: GoldArticle, codings: Mapping[str, Findings], layers: Sequence[Layer], gold: str
) -> GoldArticle:
    labels, coders = article.gold, dict(article.coders)
    for coder, found in codings.items():
        if coder == gold:
            labels = _replaced(labels, found, layers, article.id)
        else:
            coders[coder] = _replaced(coders.get(coder, Findings()), found, layers, article.id)
    return article.model_copy(update={"gold": labels, "coders": coders})


def _replaced(before: Findings, found: Findings, layers: Sequence[Layer], article: str) -> Findings:
    if set(layers) == set(LAYERS):
        return found
    speakers = {speaker.id: speaker for speaker in before.speakers}
    for speaker in found.speakers:
        if not _same(speakers.setdefault(speaker.id, speaker), speaker):
            raise UsageError(
                f"article {article!r}: speaker {speaker.id!r} is {speakers[speaker.id].name!r} in one layer "
                f"and {speaker.name!r} in another; import all layers at once, or rename"
            )
    new: dict[str, object] = {layer: getattr(found, layer) for layer in layers}
    return before.model_copy(update=new | {"speakers": tuple(speakers.values()), "problems": found.problems})


def _same(a: Speaker, b: Speaker) -> bool:
    return (a.name, a.role, a.kind) == (b.name, b.role, b.kind)


def _codings(article: GoldArticle, coders: Sequence[str], layers: Sequence[Layer]) -> dict[str, Findings]:
    held = {GOLD: article.gold, **article.coders}
    return {name: _only(found, layers) for name, found in held.items() if not coders or name in coders}


def _only(found: Findings, layers: Sequence[Layer]) -> Findings:
    return found.model_copy(update={layer: () for layer in LAYERS if layer not in layers})


def _findings(analysis: Analysis) -> Findings:
    return Findings(
        speakers=analysis.speakers,
        statements=analysis.statements,
        claims=analysis.claims,
        frames=analysis.frames,
        problems=analysis.problems,
    )
