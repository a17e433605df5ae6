"""A suite says, without code, what to score: data, codebook, prompts × backends, scorers and gates.

name: gvfc
title: Frames of headlines on gun violence
dataset: {path: "shared:data/gvfc/dev.jsonl", convert: "sample:gvfc", split: dev}
codebook: gun-violence.v1
scorers: [frames, primary, replies]
backends: [rules]
gates:
  - {score: "frames/micro F1", bound: low, at_least: 0.2}
  - {no_regression: ["frames/micro F1"], tolerance: 0.005}
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from framing.errors import Fault, SuiteError, UnknownNameError
from framing.evaluation.converters import convert
from framing.evaluation.gold import GoldArticle, Split, load_gold
from framing.evaluation.scorers import SCORERS
from framing.schemas.reading import near

__all__ = ["Dataset", "Gate", "Suite", "find_suite", "list_suites", "load_suite", "suite_articles"]

FOLDERS = ("datasets", "shared", "file")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Dataset(_Strict):
    """`path` starts with the folder it is in: "datasets:", "shared:", or "file:" for one's own.

    `independent_coders` is false where the passes of several coders are not people working apart: what these reach
    against each other is consistency, no human ceiling, and is not shown as one. `articles` are the ids of those
    that are scored; left out, they are all of the split.
    """

    path: str
    convert: str | None = None
    split: Split = "dev"
    articles: tuple[str, ...] = ()
    independent_coders: bool = True

    @model_validator(mode="after")
    def _known_folder(self) -> Dataset:
        if self.path.partition(":")[0] not in FOLDERS or ":" not in self.path:
            raise ValueError(f"path must start with one of {', '.join(f + ':' for f in FOLDERS)}")
        return self


class Gate(_Strict):
    """A condition on a score: a bound of its interval, or no worse than the committed baseline by `tolerance`.

    `backend` limits it to one backend; a gate that meets no score fails.
    """

    score: str | None = None
    bound: Literal["value", "low", "high"] = "value"
    at_least: float | None = None
    at_most: float | None = None
    no_regression: tuple[str, ...] = ()
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    backend: str | None = None

    @model_validator(mode="after")
    def _one_condition(self) -> Gate:
        limits = self.at_least is not None or self.at_most is not None
        if bool(self.no_regression) == (self.score is not None) or limits != (self.score is not None):
            raise ValueError("a gate has either score with at_least or at_most, or no_regression with scores")
        return self


class Suite(_Strict):
    """One evaluation suite. `labels` are those scored; left out, they are all that the codebook has.

    `cluster: event` resamples events instead of articles. `family` are the scores that a comparison of two prompts
    is about: their p-values are adjusted together. `params` go to the model, `max_chars` is how much of an article
    it is shown at once (left out, as much as everywhere).
    """

    name: str
    title: str
    dataset: Dataset
    scorers: Annotated[tuple[str, ...], Field(min_length=1)]
    codebook: str | None = None
    labels: tuple[str, ...] = ()
    prompts: tuple[str | None, ...] = (None,)
    backends: Annotated[tuple[str, ...], Field(min_length=1)] = ("rules",)
    params: dict[str, str | int | float | bool | None] = {}
    max_chars: Annotated[int, Field(ge=1)] | None = None
    repeats: Annotated[int, Field(ge=1)] = 1
    cluster: Literal["document", "event"] = "document"
    family: tuple[str, ...] = ()
    gates: tuple[Gate, ...] = ()

    @model_validator(mode="after")
    def _known_scorers(self) -> Suite:
        if unknown := [name for name in self.scorers if name not in SCORERS]:
            raise ValueError(f"unknown scorer {unknown[0]!r}; known: {', '.join(SCORERS)}")
        if self.codebook is None and {"frames", "primary", "evidence"}.intersection(self.scorers):
            raise ValueError("scorers of frames need a codebook")
        return self


def load_suite(folder: Path) -> Suite:
    """The suite in `folder`/suite.yaml; raises SuiteError with every fault."""
    import yaml

    path, text = folder / "suite.yaml", ""
    try:
        text = path.read_text(encoding="utf-8")
        return Suite.model_validate(yaml.safe_load(text))
    except OSError as error:
        raise SuiteError((Fault(path, None, f"cannot be read: {error.strerror}"),)) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise SuiteError((Fault(path, line, f"not YAML: {error.problem}"),)) from error
    except ValidationError as error:
        raise SuiteError(tuple(_faults(path, text, error))) from error


def _faults(path: Path, text: str, error: ValidationError) -> Iterator[Fault]:
    import yaml

    content = yaml.compose(text, Loader=yaml.SafeLoader)
    for item in error.errors(include_url=False):
        place, reason = item["loc"], item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            model = Suite if len(place) == 1 else Dataset if place[0] == "dataset" else Gate
            reason = f"there is no such key{near(str(place[-1]), _keys(model))}"
        yield Fault(path, _line(content, place), f"{'.'.join(map(str, place)) or 'suite'}: {reason}")


def _keys(model: type[BaseModel]) -> Iterable[str]:
    return model.model_fields


def _line(node: Any, place: Sequence[int | str]) -> int | None:
    """The line of a YAML file on which the value at `place` stands, or what should hold it."""
    line = None
    for part in place:
        if isinstance(part, int) and isinstance(node.value, list) and part < len(node.value):
            node = node.value[part]
            line = node.start_mark.line + 1
        elif held := [pair for pair in node.value if isinstance(pair, tuple) and pair[0].value == part]:
            line, node = held[0][0].start_mark.line + 1, held[0][1]
        else:
            break
    return line


def list_suites(root: Path) -> dict[str, Path]:
    """The folders under `root` that hold a suite, by name."""
    return {path.parent.name: path.parent for path in sorted(root.glob("*/suite.yaml"))}


def find_suite(name: str, root: Path) -> Path:
    """The folder of a suite: one under `root` by its name, or any folder that holds a suite.yaml.

    Raises UnknownNameError.
    """
    if (Path(name) / "suite.yaml").is_file():
        return Path(name)
    known = list_suites(root)
    if name not in known:
        raise UnknownNameError("suite", name, tuple(known))
    return known[name]


def suite_articles(
    suite: Suite, folders: Mapping[str, Path], *, limit: int | None = None, final: bool = False
) -> tuple[GoldArticle, ...]:
    """The articles that a suite scores. `folders` says where "datasets:" and "shared:" are.

    Raises SuiteError where the data are not there, or where they are the test split and this is not `final`.
    """
    if suite.dataset.split == "test" and not final:
        reason = "its data are the test split: choose prompts on dev, and open test once, with --final"
        raise SuiteError((Fault(suite.name, None, reason),))
    path = _located(suite, folders)
    data = suite.dataset
    if data.convert is None:
        articles = load_gold(path, split=data.split, limit=None if data.articles else limit)
    else:
        converted = (a for a in convert(data.convert, path) if a.split == data.split)
        articles = tuple(islice(converted, None if data.articles else limit))
    if data.articles:
        articles = _chosen(articles, data.articles, path)[:limit]
    if not articles:
        raise SuiteError((Fault(path, None, f"no article of it is in the split {suite.dataset.split!r}"),))
    if not suite.dataset.independent_coders:
        articles = tuple(article.model_copy(update={"coders": {}}) for article in articles)
    return articles


def _chosen(articles: tuple[GoldArticle, ...], ids: tuple[str, ...], path: Path) -> tuple[GoldArticle, ...]:
    known = {article.id: article for article in articles}
    if lost := [name for name in ids if name not in known]:
        raise SuiteError((Fault(path, None, f"the suite names the article {lost[0]!r}, which is not in it"),))
    return tuple(known[name] for name in ids)


def _located(suite: Suite, folders: Mapping[str, Path]) -> Path:
    folder, _, rest = suite.dataset.path.partition(":")
    path = Path(rest) if folder == "file" else folders.get(folder, Path(folder)) / rest
    if not path.exists():
        reason = f"there are no data at {suite.dataset.path!r} ({folder} is {str(folders.get(folder, '.'))!r})"
        raise SuiteError((Fault(suite.name, None, reason),))
    return path
