"""Label Studio: what a page configured by us writes is read back span by span, and faulty exports name the place.

The page itself is asked in tests/interop, with the real program in a real browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from framing.annotations import Claim, Findings, FrameLabel, Speaker, Statement
from framing.cli.main import cli
from framing.codebooks import list_codebooks, load_codebook
from framing.errors import GoldError
from framing.evaluation import GoldArticle, load_gold, write_gold
from framing.interop import GOLD, LAYERS, CodedArticle, Imported, Layer, Scheme
from framing.interop.export import differences
from framing.interop.label_studio import labelling_configuration, read, write
from framing.interop.label_studio.places import TaskText
from framing.interop.label_studio.results import Result, read_results
from framing.interop.label_studio.tasks import region_id
from framing.interop.marks import Mark
from framing.text import Document, Span
from tests.interop_kit import coded_articles, documents

Json = dict[str, Any]
TEXT = "“The harbour 😀 will close,” Mara Quist said.\r\nRents, she added,  would rise."
DOCUMENT = Document(id="n1", text=TEXT)


def accepted(task: Json, **given: Any) -> Json:
    """The task as it is exported when each prediction was submitted unchanged by the coder of its name."""
    annotations = [
        {
            "id": number,
            "completed_by": {"id": number, "email": prediction["model_version"]},
            "was_cancelled": False,
            "ground_truth": prediction["model_version"] == GOLD,
            "updated_at": "2031-04-16T08:00:00Z",
            "result": prediction["result"],
        }
        for number, prediction in enumerate(task.get("predictions", ()), start=1)
    ]
    return {"data": task["data"], "annotations": annotations, "drafts": []} | given


def exported(path: Path, tasks: Sequence[Json]) -> Path:
    file = path / "export.json"
    numbered = [{"id": number} | task for number, task in enumerate(tasks, start=1)]
    file.write_text(json.dumps(numbered), encoding="utf-8")
    return file


def sent(articles: Sequence[CodedArticle], folder: Path, scheme: Scheme | None = None) -> list[Json]:
    write(articles, folder, scheme or Scheme())
    tasks: list[Json] = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    return tasks


def holdable(found: Findings) -> Findings:
    """What the page can hold: all but how a text was found, and who a speaker is whom nothing mentions."""
    exact = {"grounding": "exact"}
    return found.model_copy(
        update={
            "speakers": tuple(s for s in found.speakers if s.mentions),
            "statements": tuple(
                s.model_copy(
                    update={
                        **exact,
                        "cue": s.cue if s.cue_span else None,
                    }
                )
                for s in found.statements
            ),
            "claims": tuple(c.model_copy(update={**exact, "stated_voice": None}) for c in found.claims),
            "frames": tuple(
                label.model_copy(update={"evidence": tuple(e.model_copy(update=exact) for e in label.evidence)})
                for label in found.frames
            ),
        }
    )


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_every_span_label_coder_and_link_comes_back(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("ls")
    articles = data.draw(coded_articles())
    assume(any(found != Findings() for article in articles for found in article.codings.values()))
    report = write(articles, folder, Scheme())
    tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
    back = read(exported(folder, [accepted(task) for task in tasks]), documents(articles), Scheme())
    for before, after in zip(articles, back.articles, strict=True):
        assert before.document.id == after.document.id
        for coder, found in before.codings.items():
            known = after.codings[coder]
            told = {t.item for t in report.not_held if (t.article, t.coder) == (before.document.id, coder)}
            assert {item for item, _ in differences(found, known)} <= told
            assert known.problems == ()
            mentioned = known.model_copy(update={"speakers": tuple(s for s in known.speakers if s.mentions)})
            assert mentioned == holdable(found)


# --- The tasks ----------------------------------------------------------------------------------------


def test_blind_tasks_hold_the_text_and_no_labels(tmp_path: Path) -> None:
    (task,) = sent([CodedArticle(DOCUMENT, {"anna": Findings()})], tmp_path)
    assert task == {"data": {"id": "n1", "title": "n1", "text": TEXT}}


def test_every_coder_is_a_prediction_of_that_name(tmp_path: Path) -> None:
    speaker = Findings(speakers=(Speaker(id="S1", name="Mara Quist", mentions=(place("Mara Quist"),)),))
    (task,) = sent([CodedArticle(DOCUMENT, {"anna": speaker, "ben": Findings()})], tmp_path)
    assert [prediction["model_version"] for prediction in task["predictions"]] == ["anna", "ben"]


def test_what_a_browser_cannot_show_is_replaced_and_told(tmp_path: Path) -> None:
    document = Document(id="n", text="a\x00b word")
    report = write([CodedArticle(document)], tmp_path, Scheme())
    (task,) = json.loads((tmp_path / "tasks.json").read_text(encoding="utf-8"))
    assert task["data"]["text"] == "a\ufffdb word"
    assert [lost.item for lost in report.not_held] == ["text"]


def test_what_the_page_cannot_hold_is_in_the_report(tmp_path: Path) -> None:
    rents = place("Rents")
    found = Findings(
        speakers=(Speaker(id="S9", name="Nobody Near"),),
        statements=(
            Statement(
                id="Q1", speaker="S9", kind="direct", spans=(rents,), text="Rents", cue="said", grounding="case"
            ),
        ),
        claims=(Claim(id="C1", voice="S9", kind=None, spans=(rents,), text="Rents", stated_voice="narrator"),),
    )
    report = write([CodedArticle(DOCUMENT, {"anna": found})], tmp_path, Scheme())
    assert [(lost.coder, lost.item) for lost in report.not_held] == [
        ("anna", "S9"),
        ("anna", "Q1"),
        ("anna", "Q1"),
        ("anna", "C1"),
    ]


def test_a_region_id_is_a_css_name_from_which_the_id_comes_back() -> None:
    mark = Mark("Statement.3", "Statement", (Span(0, 1),), {"id": "Q 1/é-2"})
    name = region_id(mark)
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name)
    (statement,) = findings({"id": name, **labels("statement", "direct", place("Rents"))}).statements
    assert statement.id == "Q 1/é-2"


# --- The configuration --------------------------------------------------------------------------------


def configuration(scheme: Scheme) -> ElementTree.Element:
    return ElementTree.fromstring(labelling_configuration(scheme))


def test_the_configuration_has_every_frame_with_its_definition() -> None:
    book = load_codebook("policy-frames")
    root = configuration(Scheme(codebooks=(book,)))
    shown = root.findall(".//Labels[@name='evidence:policy-frames.v1']/Label")
    assert [(x.get("alias"), x.get("hint")) for x in shown] == [(f.code, f.definition) for f in book.frames]


@pytest.mark.parametrize("layer", ["statements", "claims", "frames"])
def test_a_layer_that_is_not_coded_is_not_on_the_page(layer: Layer) -> None:
    kept = tuple(name for name in LAYERS if name != layer)
    root = configuration(Scheme(layers=kept, codebooks=(load_codebook("policy-frames"),)))
    groups = {element.get("name", "").partition(":")[0] for element in root.findall(".//Labels")}
    absent = {"statements": "statement", "claims": "claim", "frames": "evidence"}[layer]
    assert absent not in groups
    assert "mention" in groups


def test_frames_without_a_codebook_at_hand_are_those_in_use() -> None:
    used = Findings(frames=(FrameLabel(codebook="house.v1", frame="thrift"),))
    root = ElementTree.fromstring(labelling_configuration(Scheme(), [CodedArticle(DOCUMENT, {"anna": used})]))
    assert [x.get("alias") for x in root.findall(".//Choices[@name='frames:house.v1']/Choice")] == ["thrift"]


def test_every_key_has_one_label_and_none_is_the_pages_own() -> None:
    keys = [
        x.get("hotkey") for x in configuration(Scheme(codebooks=(load_codebook("policy-frames"),))).iter("Label")
    ]
    assert len(set(keys)) == len(keys)
    assert "u" not in keys


def test_nothing_stored_is_a_word_that_the_page_takes_for_something_else() -> None:
    root = configuration(Scheme(codebooks=tuple(load_codebook(info.ref) for info in list_codebooks())))
    stored = {x.get("alias") for tag in ("Label", "Choice") for x in root.iter(tag)}
    assert not stored & {"true", "false", "null"}


# --- What annotators do -------------------------------------------------------------------------------


def place(words: str) -> Span:
    start = TEXT.index(words)
    return Span(start, start + len(words))


def labels(group: str, label: str, span: Span, **value: Any) -> Json:
    told = {"start": span.start, "end": span.end, "text": span.of(TEXT), "labels": [label]} | value
    return {"from_name": group, "to_name": "text", "type": "labels", "value": told}


def region(name: str, group: str, label: str, words: str) -> Json:
    return {"id": name, **labels(group, label, place(words))}


def answer(name: str, control: str, *texts: str) -> Json:
    return {"id": name, "from_name": control, "type": "textarea", "value": {"text": list(texts)}}


def choice(name: str, control: str, *chosen: str) -> Json:
    return {"id": name, "from_name": control, "type": "choices", "value": {"choices": list(chosen)}}


def arrow(start: str, end: str, *names: str, direction: str = "right") -> Json:
    return {"type": "relation", "from_id": start, "to_id": end, "direction": direction, "labels": list(names)}


def findings(*results: Json) -> Findings:
    checked = [Result.model_validate(result) for result in results]
    return read_results(checked, DOCUMENT, TaskText(DOCUMENT, TEXT), Scheme())


SAID = region("a", "statement", "direct", "“The harbour 😀 will close,”")
QUIST = region("b", "mention", "mention", "Mara Quist")
CUE = region("c", "part", "cue", "said")
SHE = region("d", "mention", "mention", "she")
RENTS = region("e", "claim", "factual", "Rents")
RISE = region("f", "claim", "factual", "would rise")


def test_the_words_at_its_mentions_are_the_speakers_name() -> None:
    found = findings(
        QUIST, answer("b", "mention.speaker", "Mara Quist"), SHE, answer("d", "mention.speaker", "Mara Quist ")
    )
    (speaker,) = found.speakers
    assert (speaker.name, len(speaker.mentions)) == ("Mara Quist", 2)


@pytest.mark.parametrize("told", [choice("b", "mention.unnamed", "yes"), choice("b", "mention.kind", "unnamed")])
def test_a_speaker_whom_the_article_does_not_name_has_no_name(told: Json) -> None:
    (speaker,) = findings(QUIST, answer("b", "mention.speaker", "an official"), told).speakers
    assert (speaker.id, speaker.name) == ("an official", None)


def test_a_mention_that_is_nobodys_is_told() -> None:
    (problem,) = findings(QUIST).problems
    assert problem.kind == "detail"
    assert "nothing says whose mention it is" in problem.reason


@pytest.mark.parametrize(
    "drawn", [arrow("a", "b", "source"), arrow("a", "b"), arrow("b", "a"), arrow("b", "a", direction="left")]
)
def test_an_arrow_means_what_only_it_can_mean(drawn: Json) -> None:
    found = findings(SAID, QUIST, answer("b", "mention.speaker", "Quist"), CUE, arrow("c", "a"), drawn)
    (statement,) = found.statements
    assert (statement.speaker, statement.source, statement.cue) == ("Quist", place("Mara Quist"), "said")
    assert found.problems == ()


def test_an_arrow_without_a_name_that_could_be_two_is_a_problem() -> None:
    found = findings(SAID, {**SAID, "id": "g"}, arrow("a", "g"))
    assert [problem.reason for problem in found.problems] == [
        "an arrow without a name could be within or continues here"
    ]


def test_an_arrow_that_cannot_join_its_ends_is_a_problem() -> None:
    problem, *_ = findings(RENTS, CUE, arrow("e", "c", "cue")).problems
    assert "an arrow cue cannot join these two" in problem.reason


def test_pieces_are_one_passage_in_the_order_of_the_text() -> None:
    found = findings(RISE, RENTS, arrow("f", "e", "continues"))
    assert [claim.text for claim in found.claims] == ["Rents … would rise"]


def test_pieces_with_different_labels_are_a_problem() -> None:
    found = findings(
        RENTS, {**RISE, **labels("claim", "causal", place("would rise"))}, arrow("e", "f", "continues")
    )
    assert [claim.kind for claim in found.claims] == ["factual"]
    assert "its other pieces are labelled causal" in found.problems[0].reason


def test_one_region_may_be_a_statement_and_a_claim() -> None:
    both = findings(SAID, {"id": "a", **labels("claim", "predictive", place("“The harbour 😀 will close,”"))})
    assert (len(both.statements), len(both.claims)) == (1, 1)


def test_two_voices_of_one_claim_are_a_problem() -> None:
    found = findings(RENTS, choice("e", "claim.voice", "narrator"), answer("e", "claim.speaker", "Quist"))
    assert found.claims[0].voice == "Quist"
    assert "is both 'narrator' and 'Quist'" in found.problems[0].reason


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (region("x", "statement", "shouted", "Rents"), "not one of the labels known here"),
        (region("x", "sentiment", "angry", "Rents"), "not one of the labels known here"),
        (answer("x", "mention.speaker", "Quist"), "is asked of no region that could be read"),
        (answer("e", "claim.colour", "red"), "is asked of no region that could be read"),
        ({"id": "x", **labels("claim", "causal", Span(70, 500))}, "is not inside a text of"),
        ({"id": "x", **labels("claim", "causal", Span(5, 9), start=None)}, "without offsets"),
    ],
)
def test_a_result_that_cannot_be_read_is_a_problem_with_the_result(result: Json, reason: str) -> None:
    found = findings(RENTS, result)
    lost = next(problem for problem in found.problems if reason in problem.reason)
    assert lost.loses
    assert lost.raw is not None


# --- Offsets ------------------------------------------------------------------------------------------


def test_offsets_are_code_points() -> None:
    said = "will close"
    (claim,) = findings({"id": "x", **labels("claim", "causal", place(said))}).claims
    assert claim.text == said


def test_offsets_in_code_units_are_taken_where_only_they_hold_the_text() -> None:
    units = Span(place("will close").start + 1, place("will close").end + 1)
    (claim,) = findings({"id": "x", **labels("claim", "causal", units, text="will close")}).claims
    assert claim.text == "will close"


def test_the_text_as_the_browser_shows_it_is_the_same_text() -> None:
    held = place("said.\r\nRents, she added,  would")
    shown = "said.\\n\\nRents, she added, would"
    found = findings(
        {"id": "x", **labels("claim", "causal", held, text=shown)}, choice("x", "claim.voice", "narrator")
    )
    assert (found.claims[0].spans, found.problems) == ((held,), ())


def test_another_text_is_told_and_the_offsets_are_taken() -> None:
    found = findings(
        {"id": "x", **labels("claim", "causal", place("Rents"), text=" ")}, choice("x", "claim.voice", "narrator")
    )
    assert found.claims[0].text == "Rents"
    (problem,) = found.problems
    assert (problem.kind, problem.loses) == ("detail", False)
    assert "is said to hold ' '" in problem.reason


# --- Exports ------------------------------------------------------------------------------------------


def annotation(number: int, *results: Json, who: Any = 1, **given: Any) -> Json:
    return {
        "id": number,
        "completed_by": who,
        "result": list(results),
        "updated_at": f"2031-04-{number:02}",
    } | given


def imported(path: Path, *annotations: Json, **task: Any) -> Imported:
    whole = {"data": {"id": "n1", "text": TEXT}, "annotations": list(annotations)} | task
    return read(exported(path, [whole]), {"n1": DOCUMENT}, Scheme())


def test_coders_go_by_their_address_where_the_export_has_it(tmp_path: Path) -> None:
    people = ({"id": 1, "email": "anna@example.org"}, {"id": 2}, 3, None)
    given = imported(tmp_path, *(annotation(n, who=who) for n, who in enumerate(people, start=1)))
    assert list(given.articles[0].codings) == [
        "anna@example.org",
        "annotator-2",
        "annotator-3",
        "annotator-unknown",
    ]


def test_of_two_annotations_by_one_coder_the_later_counts(tmp_path: Path) -> None:
    given = imported(tmp_path, annotation(5, RENTS, RISE), annotation(4, RENTS))
    assert len(given.articles[0].codings["annotator-1"].claims) == 2
    assert given.notes == ("n1: annotator-1 has two annotations; 5 is later than 4 and counts",)


def test_a_skipped_task_and_a_draft_are_told(tmp_path: Path) -> None:
    given = imported(tmp_path, annotation(1, RENTS, was_cancelled=True), drafts=[{"user": "ben@example.org"}, 7])
    assert given.articles == ()
    assert given.notes == (
        "n1: annotator-1 skipped it (annotation 1)",
        "n1: a draft of ben@example.org was not submitted, and is not read",
        "n1: a draft of somebody was not submitted, and is not read",
    )


def test_an_annotation_without_results_is_a_coding(tmp_path: Path) -> None:
    assert imported(tmp_path, annotation(1)).articles[0].codings == {"annotator-1": Findings()}


def test_annotators_can_be_called_by_their_names(tmp_path: Path) -> None:
    write_gold(tmp_path / "articles.jsonl", [GoldArticle(id="n1", document=DOCUMENT, gold=Findings())])
    whole = {"data": {"id": "n1", "text": TEXT}, "annotations": [annotation(1, RENTS), annotation(2, who=2)]}
    command = ["data", "import", exported(tmp_path, [whole]), "--from", "label-studio"]
    command += ["--articles", tmp_path / "articles.jsonl", "--out", tmp_path / "coded.jsonl"]
    named = ["--rename", "annotator-1=anna", "--rename", "annotator-2=ben", "--gold", "ben"]
    result = CliRunner().invoke(cli, [str(word) for word in (*command, *named)], catch_exceptions=False)
    assert "by anna (1), ben (1)" in result.output
    (article,) = load_gold(tmp_path / "coded.jsonl")
    assert {coder: len(found.claims) for coder, found in article.coders.items()} == {"anna": 1}


def test_a_ground_truth_is_the_gold_and_its_coders(tmp_path: Path) -> None:
    codings = imported(tmp_path, annotation(1, RENTS, ground_truth=True), annotation(2, who=2)).articles[0].codings
    assert list(codings) == ["annotator-1", GOLD, "annotator-2"]
    assert codings[GOLD] == codings["annotator-1"]


def test_labels_of_another_layer_are_told(tmp_path: Path) -> None:
    whole = {"data": {"id": "n1", "text": TEXT}, "annotations": [annotation(1, RENTS)]}
    given = read(exported(tmp_path, [whole]), {"n1": DOCUMENT}, Scheme(layers=("frames",)))
    assert given.notes == ("1 claims are in the file, but not asked for (--layer claims)",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[{", r"export.json:1: not JSON"),
        ('{"id": 1}', r"export.json: task file: "),
        ('[{"id": 4, "data": {}, "annotations": 3}]', r"task 4.annotations: "),
        (
            '[{"id": 4, "data": {}, "annotations": [{"id": 1, "result": [{"type": "labels", '
            '"value": {"start": "/p[1]"}}]}]}]',
            r"task 4.annotations.0.result.0.value.start: .*integer",
        ),
        ('[{"data": {"id": "n1"}}]', "has no annotations: export the project in the format JSON"),
        (
            '[{"text": "x", "id": 4, "annotator": 1, "annotation_id": 2, "statement": [{"start": 0, "end": 1}]}]',
            "is JSON-MIN, which keeps no arrows .*: export the project in the format JSON",
        ),
        (
            'annotation_id,annotator,claim,id,text\n1,1,"[{""start"":0}]",n1,x\n',
            r"export.json:1: not JSON: .*; export the project in the format JSON \(not CSV",
        ),
        ("[" * 100_000, "not an export"),
        ('[{"id": 4, "data": {"text": "x"}, "annotations": []}]', "task 4: its data has no 'id'"),
        ('[{"id": 4, "data": {"id": "n2"}, "annotations": []}]', "task 4: 'n2' is not among the articles"),
        ('[{"id": 4, "data": {"id": "n1"}, "annotations": []}]', "task 4: its data has no 'text'"),
        (
            '[{"id": 4, "data": {"id": "n1", "text": "x"}, "annotations": []}]',
            "task 4: its text is not that of article 'n1': line 1 differs from character 1",
        ),
    ],
)
def test_a_faulty_export_names_the_place(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "export.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=reason):
        read(file, {"n1": DOCUMENT}, Scheme())


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(GoldError, match="cannot be read"):
        read(tmp_path / "none.json", {}, Scheme())
    (tmp_path / "bytes.json").write_bytes(b"\xff")
    with pytest.raises(GoldError, match="not UTF-8"):
        read(tmp_path / "bytes.json", {}, Scheme())


def test_an_article_in_two_tasks_is_a_fault(tmp_path: Path) -> None:
    task = {"data": {"id": "n1", "text": TEXT}, "annotations": [annotation(1)]}
    with pytest.raises(GoldError, match="task 2: article 'n1' stands already in another task"):
        read(exported(tmp_path, [task, task]), {"n1": DOCUMENT}, Scheme())


def test_a_text_whose_line_ends_were_changed_is_read_at_the_places_of_the_article(tmp_path: Path) -> None:
    changed = TEXT.replace("\r\n", "\n")
    at = changed.index("Rents")
    shifted = {"id": "x", **labels("claim", "causal", Span(at, at + 5), text="Rents")}
    given = imported(tmp_path, annotation(1, shifted), data={"id": "n1", "text": changed})
    assert given.articles[0].codings["annotator-1"].claims[0].spans == (place("Rents"),)
