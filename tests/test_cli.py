"""The command line as a stranger meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from framing.annotations import Analysis
from framing.cli.main import COMMANDS, cli
from framing.testing import Faults, FaultServer
from tests.shared import ROOT

STORY = (
    "“The bridge is not safe,” said Mayor Ana Ortiz on Monday. “It has to close.”\n\n"
    "She said repairs would cost $3 million."
)


def invoke(*args: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli, list(args), input=stdin)


def command(*args: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A process of its own, so that exit codes and streams are what a shell sees."""
    return subprocess.run(
        [sys.executable, "-m", "framing", *map(str, args)], input=stdin, capture_output=True, check=False
    )


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.txt"
    path.write_text(STORY, encoding="utf-8")
    return path


def test_help_names_every_command_with_its_own_summary() -> None:
    listed = invoke("--help").output
    for name, summary in COMMANDS.items():
        assert name in listed
        assert summary.split(":")[0].split(".")[0] in " ".join(listed.split())
        assert invoke(name, "--help").exit_code == 0


def test_the_schema_command_prints_the_contract() -> None:
    schema = json.loads(invoke("schema").output)
    assert set(schema["properties"]) == set(Analysis.model_fields)
    assert set(schema["required"]) >= {"document", "provenance"}


def test_a_long_article_is_asked_about_in_pieces_where_that_is_asked_for() -> None:
    demo, gold = ROOT / "datasets" / "newsroom" / "demo.txt", ROOT / "datasets" / "newsroom" / "gold.jsonl"
    asked = ("analyze", str(demo), "--backend", f"oracle:{gold}", "--format", "json")
    whole, pieces = invoke(*asked), invoke(*asked, "--max-chars", "1200")
    assert Analysis.model_validate_json(whole.stdout).provenance.chunks == 1
    assert Analysis.model_validate_json(pieces.stdout).provenance.chunks > 2
    assert invoke(*asked, "--max-chars", "0").exit_code == 2


def test_the_text_format_shows_speakers_statements_claims_and_frames(story: Path) -> None:
    result = invoke("analyze", str(story), "--backend", "rules")
    assert result.exit_code == 0
    for part in ("Ana Ortiz", "The bridge is not safe", "Who says what", "What is claimed", "How it is framed"):
        assert part in result.output


def test_the_json_format_is_one_object_for_one_article_and_an_array_for_several(story: Path) -> None:
    one = json.loads(invoke("analyze", str(story), "--backend", "rules", "--format", "json").stdout)
    two = json.loads(invoke("analyze", str(story), str(story), "--backend", "rules", "--format", "json").stdout)
    assert two == [one, one]
    Analysis.model_validate(one)


def test_jsonl_is_one_analysis_a_line(story: Path) -> None:
    lines = invoke(
        "analyze", str(story), str(story), "--backend", "rules", "--format", "jsonl"
    ).stdout.splitlines()
    assert [Analysis.model_validate_json(line).document.id for line in lines] == ["story", "story"]


@pytest.mark.parametrize("name", ["out.json", "out.jsonl", "folder"])
def test_out_saves_what_was_printed(story: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    printed = invoke("analyze", str(story), "--backend", "rules", "--format", "json", "--out", str(out)).stdout
    saved = out / "story.json" if out.is_dir() else out
    assert json.loads(saved.read_text(encoding="utf-8")) == json.loads(printed)


def test_an_out_file_of_an_unknown_kind_is_refused_before_any_work(story: Path) -> None:
    done = command("analyze", story, "--backend", "rules", "--out", "result.docx")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"result.docx" in done.stderr


def test_two_articles_of_one_name_are_not_saved_over_each_other(story: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    twin = tmp_path / "other" / "story.txt"
    twin.write_text(STORY, encoding="utf-8")
    done = command("analyze", story, twin, "--backend", "rules", "--out", tmp_path / "folder")
    assert (done.returncode, done.stdout) == (2, b"")
    assert str(twin).encode() in done.stderr
    lines = tmp_path / "both.jsonl"
    assert command("analyze", story, twin, "--backend", "rules", "--out", lines).returncode == 0
    assert len(lines.read_text(encoding="utf-8").splitlines()) == 2


def test_standard_input_is_an_article_too() -> None:
    done = command("analyze", "-", "--backend", "rules", "--format", "json", stdin=STORY.encode())
    assert done.returncode == 0
    assert json.loads(done.stdout)["document"]["id"] == "stdin"


def test_without_a_model_the_offline_rules_answer_and_say_so(story: Path) -> None:
    done = command("analyze", story)
    assert done.returncode == 0
    assert b"no model is configured" in done.stderr
    assert b"no model is configured" not in done.stdout


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["analyze"], 2, "FILE"),
        (["analyze", "missing.txt", "--backend", "rules"], 3, "missing.txt"),
        (["analyze", "x", "--backend", "opnai:gpt"], 2, "openai:MODEL"),
        (["analyze", "x", "--backend", "rules", "--codebook", "nothing"], 2, "policy-frames"),
        (["analyze", "x", "--backend", "rules", "--param", "temperature"], 2, "KEY=VALUE"),
        (["analyse"], 2, "No such command"),
    ],
)
def test_errors_are_one_line_that_says_what_to_do(args: list[str], code: int, words: str) -> None:
    done = command(*args)
    assert done.returncode == code
    assert words in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()


def test_a_traceback_comes_only_with_debug(tmp_path: Path) -> None:
    assert b"Traceback" in command("--debug", "analyze", tmp_path / "missing.txt", "--backend", "rules").stderr


def test_one_unreadable_article_does_not_stop_the_others(story: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_bytes(b"")
    done = command("analyze", tmp_path / "empty.txt", story, "--backend", "rules", "--format", "jsonl")
    assert done.returncode == 3
    assert b"is empty" in done.stderr
    assert len(done.stdout.splitlines()) == 1


def test_lists_name_what_is_there() -> None:
    assert "policy-frames.v1" in invoke("codebooks", "list").output
    assert "openai:MODEL" in invoke("backends", "list").output
    assert "Boydstun" in invoke("codebooks", "show", "policy-frames").output
    assert "framing.backends.rules:Rules" in invoke("backends", "show", "rules").output


def test_a_new_codebook_passes_its_own_check_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "floods.v1.yaml"
    assert command("codebooks", "new", "floods", "--out", path).returncode == 0
    assert b"no faults" in command("codebooks", "check", path).stdout
    assert command("codebooks", "new", "floods", "--out", path).returncode == 2


def test_the_faults_of_a_codebook_are_named_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "floods.v1.yaml"
    command("codebooks", "new", "floods", "--out", path)
    path.write_text(path.read_text(encoding="utf-8") + "\nframse: []\n", encoding="utf-8")
    done = command("codebooks", "check", path)
    assert done.returncode == 2
    assert b"floods.v1.yaml:" in done.stderr


def test_a_prompt_for_the_rules_is_said_to_change_nothing(story: Path) -> None:
    done = command("analyze", story, "--backend", "rules", "--prompt", "joint/rows")
    assert done.returncode == 0
    assert b"framing: rules takes no prompt: --prompt changes nothing" in done.stderr


def test_waiting_for_a_server_is_told(story: Path) -> None:
    reply = '{"speakers": [], "statements": []}'
    with FaultServer(lambda _: reply, faults=Faults(rate_limit=1.0, attempts=1)) as server:
        where = ("--backend", "openai:any", "--base-url", server.base_url, "--api-key", "none")
        done = command("analyze", story, *where, "--prompt", "statements/verbatim", "--format", "jsonl")
    assert done.returncode == 0
    assert Analysis.model_validate_json(done.stdout).statements == ()
    assert b"asked again in" in done.stderr
