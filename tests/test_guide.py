"""The coding guide: people and models read the same codebook, in the same words."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from framing.cli.main import cli
from framing.codebooks import Codebook, list_codebooks, load_codebook
from framing.errors import UsageError
from framing.prompts import Passage, load_prompt
from framing.reports import guide_markdown, guide_page
from framing.reports.guide import GUIDED
from framing.text import Document

BOOKS = [book.ref for book in list_codebooks()]
ASKING = [ref for ref in BOOKS if load_codebook(ref).questions]
PASSAGE = Passage(Document(id="a", text="An article."))
FOR_MACHINES = ("# Passages", "# Reply", "# Codes")


class Words(HTMLParser):
    """The text of a page, as it is read."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self._parts: list[str] = []
        self.feed(page)
        self.text = " ".join("".join(self._parts).split())

    def handle_data(self, data: str) -> None:
        self._parts.append(data)


def rules_of(book: Codebook) -> Iterator[str]:
    """Everything that a codebook tells whoever codes by it."""
    yield book.description
    for frame in book.frames:
        yield from (frame.code, frame.name, frame.definition)
        yield from (*frame.include, *frame.exclude, *frame.positive, *frame.negative)


def asked(prompt: str, book: Codebook) -> str:
    return load_prompt(prompt).render(PASSAGE, codebook=book)[0].content


def instructions(prompt: str, book: Codebook) -> Iterator[str]:
    """The lines of a prompt, but for those about how an answer is written."""
    _, *sections = asked(prompt, book).split("\n# ")
    for section in sections:
        title, _, text = f"# {section}".partition("\n")
        if title not in FOR_MACHINES:
            yield from (line.removeprefix("- ").strip() for line in text.splitlines() if line.strip())


@pytest.mark.parametrize("ref", BOOKS)
def test_every_definition_rule_and_example_stands_in_the_prompt_and_in_the_guide(ref: str) -> None:
    book = load_codebook(ref)
    page, text, prompt = Words(guide_page(book)).text, guide_markdown(book), asked("frames/verbatim", book)
    for rule in rules_of(book):
        assert rule in page
        assert rule in text
        assert rule in prompt


@pytest.mark.parametrize("ref", BOOKS)
def test_every_instruction_of_the_prompts_stands_in_the_guide(ref: str) -> None:
    book = load_codebook(ref)
    page, text = Words(guide_page(book, layers=GUIDED)).text, guide_markdown(book, layers=GUIDED)
    for prompt in ("statements/verbatim", "claims/verbatim", "frames/verbatim"):
        for line in instructions(prompt, book):
            assert line in page
            assert line in text


@pytest.mark.parametrize("ref", ASKING)
def test_questions_and_the_rules_on_their_answers_stand_in_the_guide(ref: str) -> None:
    book = load_codebook(ref)
    page, text = Words(guide_page(book)).text, guide_markdown(book)
    questions = [question.text for question in book.questions]
    for line in [*questions, *(frame.rule for frame in book.frames if frame.rule)]:
        assert line in page
        assert line in text
    told = [line for line in instructions("frames/questions", book) if not line.endswith(tuple(questions))]
    assert told
    assert all(line in page for line in told)


def test_indicator_words_are_for_the_rules_and_not_for_people() -> None:
    assert "indicators" not in guide_page(load_codebook("policy-frames"))
    assert "overcrowd*" not in guide_page(load_codebook("policy-frames"))


def test_a_layer_that_is_not_coded_is_not_in_the_guide() -> None:
    book = load_codebook("policy-frames")
    assert "Quotation marks belong to it" not in guide_page(book)
    only = guide_page(book, layers=("statements",))
    assert "Quotation marks belong to it" in only
    assert "Costs, benefits" not in only
    with pytest.raises(UsageError, match="say what is coded"):
        guide_page(book, layers=())


def test_a_code_in_a_rule_leads_to_that_code() -> None:
    assert '<a href="#capacity_resources">capacity_resources</a>; it is economic' in guide_page(
        load_codebook("policy-frames")
    ).replace("\n", " ")


def test_a_codebook_with_markup_in_it_is_shown_as_it_is(tmp_path: Path) -> None:
    book = load_codebook("policy-frames")
    evil = book.frames[0].model_copy(update={"definition": "<script>alert(1)</script> & more"})
    page = guide_page(book.model_copy(update={"frames": (evil, *book.frames[1:])}))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page


def test_the_guide_names_the_codebook_its_fingerprint_and_its_source() -> None:
    book = load_codebook("policy-frames")
    for text in (Words(guide_page(book)).text, guide_markdown(book)):
        assert book.ref in text
        assert book.fingerprint in text
        assert book.citation in text


def test_the_command_writes_a_page_or_prints_markdown(tmp_path: Path) -> None:
    out = tmp_path / "guides" / "guide.html"
    result = CliRunner().invoke(cli, ["codebooks", "guide", "policy-frames", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")
    printed = CliRunner().invoke(
        cli, ["codebooks", "guide", "gun-violence", "--format", "md", "--layer", "claims"]
    )
    assert printed.output.startswith("# Coding guide\n")
    assert "## Claims" in printed.output
