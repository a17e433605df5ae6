"""How far coders agree on labelled articles: on what is there, on its borders, and on what it is.

Two coders choose their units themselves, so that there is no fixed list of them: agreement on what is there is the
F1 of one coder against the other (it is the same either way; Hripcsak and Rothschild 2005), summed over all pairs of
coders. What an item is (its kind, its speaker) is compared on the items that both found.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

from framing.evaluation.agreement import Codings, agreement_scores
from framing.evaluation.aligned import Aligned, Group, Kind, align
from framing.evaluation.codings import frame_agreement
from framing.evaluation.gold import GoldArticle
from framing.evaluation.scores import Score, scores
from framing.evaluation.tally import Measure, Tally, f1, ratio

__all__ = ["coder_agreement", "coders_of"]

_COMPARED: dict[Kind, tuple[str, ...]] = {
    "speaker": ("name", "role", "kind"),
    "statement": ("kind", "speaker", "cue"),
    "claim": ("kind", "voice", "checkworthy"),
}
_CATEGORIES: tuple[tuple[Kind, str], ...] = (
    ("statement", "kind"),
    ("claim", "kind"),
    ("claim", "checkworthy"),
    ("speaker", "kind"),
)
_SIDES = ("one", "other")
_COLUMNS = {
    kind: (*_SIDES, "both", "same spans", *(f"same {name}" for name in compared))
    for kind, compared in _COMPARED.items()
}
_SEVERAL: dict[Kind, str] = {"speaker": "speakers", "statement": "statements", "claim": "claims"}


def coders_of(articles: Sequence[GoldArticle]) -> tuple[str, ...]:
    """Everybody who has coded one of the articles."""
    return tuple(dict.fromkeys(name for article in articles for name in article.coders))


def coder_agreement(
    articles: Sequence[GoldArticle], *, coders: Sequence[str] = (), resamples: int = 10_000, seed: int = 0
) -> dict[str, Score]:
    """Every score by its name, for the articles that two or more of `coders` (none named: all) have coded.

    Units of the categories are items that at least two coders have; intervals resample articles.
    """
    chosen = tuple(coders) or coders_of(articles)
    coded = [(a, [name for name in chosen if name in a.coders]) for a in articles]
    several = [(article, names) for article, names in coded if len(names) >= 2]
    pairs = [align(a, coders=pair) for a, names in several for pair in combinations(names, 2)]
    measured = scores(_tally(pairs), tuple(_measures()), resamples=resamples, seed=seed) if pairs else ()
    found = [score for score in measured if score.n]
    of_two = {aligned.article.id: aligned for aligned in pairs}
    together = [of_two[a.id] if len(names) == 2 else align(a, coders=names) for a, names in several]
    for kind, field in _CATEGORIES:
        found += _categories(together, chosen, kind, field, resamples)
    return {score.name: score for score in found} | _frames([a for a, _ in several], chosen, resamples)


def _tally(pairs: Sequence[Aligned]) -> Tally:
    columns = [f"{kind}/{name}" for kind, names in _COLUMNS.items() for name in names]
    rows: dict[str, dict[str, float]] = {}
    for aligned in pairs:
        row = rows.setdefault(aligned.article.id, dict.fromkeys(columns, 0.0))
        for group in aligned.groups:
            if group.kind in _COLUMNS:
                for name in _counted(group, aligned.coders):
                    row[f"{group.kind}/{name}"] += 1
    return Tally.of(rows)


def _counted(group: Group, coders: Sequence[str]) -> Iterator[str]:
    yield from (side for side, coder in zip(_SIDES, coders, strict=True) if coder in group.items)
    if len(group.items) == len(_SIDES):
        yield "both"
        yield from (f"same {name}" for name in ("spans", *_COMPARED[group.kind]) if name not in group.differs)


def _measures() -> Iterator[Measure]:
    for kind, compared in _COMPARED.items():
        several = _SEVERAL[kind]
        for told, column in (("found by both", "both"), ("with the same borders", "same spans")):
            if kind != "speaker" or column == "both":
                found = f"{kind}/{column}"
                sides = {"predicted": f"{kind}/other", "gold": f"{kind}/one"}
                yield f1(f"{several}: {told}, F1", found=found, recalled=found, **sides)
        for name in compared:
            yield ratio(f"{several}: same {name}, where both found it", f"{kind}/same {name}", f"{kind}/both")


def _categories(
    articles: Sequence[Aligned], coders: Sequence[str], kind: Kind, field: str, resamples: int
) -> Iterator[Score]:
    units: dict[str, tuple[str, tuple[Hashable | None, ...]]] = {}
    for aligned in articles:
        for number, group in enumerate(aligned.of(kind)):
            given = [getattr(group.items.get(coder), field, None) for coder in coders]
            units[f"{aligned.article.id}/{number}"] = (aligned.article.id, tuple(given))
    values = {value for _, given in units.values() for value in given if value is not None}
    if len(values) < 2:
        return
    rows = tuple(given for _, given in units.values())
    codings = Codings(tuple(units), tuple(coders), rows, tuple(article for article, _ in units.values()))
    alpha = agreement_scores(codings, resamples=resamples)[0]
    yield _renamed(alpha, f"{_SEVERAL[kind]}: {field}, {alpha.name}")


def _frames(articles: Sequence[GoldArticle], coders: Sequence[str], resamples: int) -> dict[str, Score]:
    kept = [
        article.model_copy(update={"coders": {name: f for name, f in article.coders.items() if name in coders}})
        for article in articles
    ]
    books = sorted({frame.codebook for a in kept for found in a.coders.values() for frame in found.frames})
    named: dict[str, Score] = {}
    for book in books:
        for label, found in frame_agreement(kept, codebook=book, resamples=resamples).items():
            named |= {f"{book}: {label or 'sets of frames'}, {score.name}": score for score in found}
        named |= _leading(kept, coders, book, resamples)
    return {name: _renamed(score, name) for name, score in named.items()}


def _leading(
    articles: Sequence[GoldArticle], coders: Sequence[str], book: str, resamples: int
) -> dict[str, Score]:
    """Agreement on the primary frame, "none" where a coder named none."""
    rows = []
    for article in articles:
        first = {
            coder: next((f.frame for f in found.frames if f.primary and f.codebook == book), "none")
            for coder, found in article.coders.items()
        }
        rows.append(tuple(first.get(coder) for coder in coders))
    if {value for row in rows for value in row} <= {"none", None}:
        return {}
    codings = Codings(tuple(a.id for a in articles), tuple(coders), tuple(rows))
    return {f"{book}: primary frame, {s.name}": s for s in agreement_scores(codings, resamples=resamples)}


def _renamed(score: Score, name: str) -> Score:
    return replace(score, name=name)
