"""Readers of public corpora that users fetch themselves, and of small samples of them.

for article in convert("gvfc", path): ...
for article in convert("sample:gvfc", path): ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from framing.errors import UnknownNameError
from framing.evaluation.converters.attributions import polnear
from framing.evaluation.converters.framesets import frac, gvfc, narrative_frames
from framing.evaluation.converters.passages import basil, propaganda_techniques
from framing.evaluation.converters.policy import media_frames, semeval_2023_task_3
from framing.evaluation.converters.samples import SAMPLES, read_sample
from framing.evaluation.converters.sentences import checkthat_subjectivity, policlaim
from framing.evaluation.gold import GoldArticle

__all__ = ["CONVERTERS", "Converter", "convert"]


@dataclass(frozen=True, slots=True)
class Converter:
    """How to read a corpus from its public release: from what file or folder, and what its licence asks."""

    read: Callable[[Path], Iterator[GoldArticle]]
    expects: str
    licence: str


CONVERTERS: dict[str, Converter] = {
    "basil": Converter(
        basil, "the folder with articles/ and annotations/", "news texts under their own copyright"
    ),
    "checkthat": Converter(checkthat_subjectivity, "a tsv of one language and split", "for research; see the lab"),
    "frac": Converter(frac, "final_gold_single.csv", "CC BY 4.0; cite FrAC and the SOCC corpus"),
    "gvfc": Converter(gvfc, "GVFC_headlines_and_annotations.xlsx, or saved as csv", "on request, for research"),
    "mfc": Converter(
        media_frames, "output/<issue>.json of its scripts, with texts", "annotations GPL-3; texts not included"
    ),
    "narrative-frames": Converter(narrative_frames, "data/articles_metadata.tsv", "see the release"),
    "policlaim": Converter(policlaim, "the folder data/, or a table of it", "see the release"),
    "polnear": Converter(polnear, "the data/ folder of the release", "news texts under their own copyright"),
    "ptc": Converter(propaganda_techniques, "the folder with article*.txt and labels", "on request, for research"),
    "semeval-2023-task-3": Converter(
        semeval_2023_task_3, "the folder of one language", "on request, for research"
    ),
}


def convert(name: str, path: Path | str) -> Iterator[GoldArticle]:
    """The articles of a corpus, or of a `sample:<name>`, one by one.

    Raises UnknownNameError for a name that is not known, GoldError where a file is not what its corpus releases.
    """
    sample = name.removeprefix("sample:")
    if name.startswith("sample:") and sample in SAMPLES:
        return read_sample(sample, Path(path))
    if name in CONVERTERS:
        return CONVERTERS[name].read(Path(path))
    raise UnknownNameError("converter", name, (*CONVERTERS, *(f"sample:{known}" for known in SAMPLES)))
