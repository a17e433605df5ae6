"""What carries requests: proxies, redirects, passwords in addresses, and what is loaded for it."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from framing.backends import BackendOptions
from framing.backends.openai import OpenAI
from framing.errors import BadRequestError
from framing.testing import Canned, FaultServer
from tests.run_kit import ANSWER, command, corpus_file
from tests.test_openai import KEY, ONCE, Way, ask, backend_for, way

__all__ = ["way"]


def test_a_redirect_is_not_followed_and_says_where_it_leads(way: Way) -> None:
    with FaultServer(lambda _: "x") as other:
        there = Canned(307, "", {"location": f"{other.base_url}/chat/completions"})
        with (
            FaultServer(lambda _: there) as server,
            pytest.raises(BadRequestError, match=r"elsewhere, to 'http.*base URL"),
        ):
            ask(backend_for(server, way), way)
        assert other.stats.requests == 0


def test_a_user_and_password_in_the_address_are_sent_as_such(way: Way) -> None:
    with FaultServer(lambda _: "x") as server:
        url = server.base_url.replace("://", "://me:p%40ss@")
        options = BackendOptions(retries=ONCE, transport="auto" if way == "sync" else way)
        ask(OpenAI("gpt-x", base_url=url, options=options), way)
        sent = server.requests[0].headers["authorization"]
    assert sent == f"Basic {b64encode(b'me:p@ss').decode()}"


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_a_proxy_of_the_environment_stands_before_servers_elsewhere(
    way: Way, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.upper(), raising=False)
    with FaultServer(lambda _: "x") as proxy:
        monkeypatch.setenv(name, proxy.base_url.removesuffix("/v1"))
        options = BackendOptions(retries=ONCE, transport="auto" if way == "sync" else way)
        assert ask(OpenAI("gpt-x", base_url="http://models.invalid/v1", options=options), way).text == "x"
        assert proxy.requests[0].path == "http://models.invalid/v1/chat/completions"


def test_the_old_form_of_azure_addresses_is_spoken_to_from_the_command(tmp_path: Path) -> None:
    """https://learn.microsoft.com/azure/ai-foundry/openai/reference: the version in the query, the key in `api-key`."""
    with FaultServer(lambda _: ANSWER) as server:
        azure = ("--query", "api-version=2024-10-21", "--header", f"api-key={KEY}", "--api", "chat", "--quiet")
        base = ("--base-url", f"{server.base_url}/openai/deployments/ours")
        process = command(server, corpus_file(tmp_path, 2), tmp_path / "out", *base, *azure)
        _, told = process.communicate(timeout=60)
        assert process.returncode == 0, told
        assert {received.path for received in server.requests} == {
            "/v1/openai/deployments/ours/chat/completions?api-version=2024-10-21"
        }
        assert {received.headers["api-key"] for received in server.requests} == {KEY}
    assert KEY not in (tmp_path / "out" / "run.json").read_text()


def test_a_run_over_aiohttp_loads_neither_the_sdk_nor_what_only_scoring_needs(tmp_path: Path) -> None:
    pytest.importorskip("aiohttp")
    script = (
        "import sys\n"
        "from framing.cli.main import cli\n"
        "cli.main(sys.argv[1:], standalone_mode=False)\n"
        "print([name for name in ('openai', 'httpx2', 'numpy', 'scipy', 'rich', 'tiktoken') if name in sys.modules])"
    )
    with FaultServer(lambda _: ANSWER) as server:
        words = ["annotate", str(corpus_file(tmp_path, 2)), "--out", str(tmp_path / "out"), "--prompt", "joint"]
        words += ["--backend", "openai:any", "--base-url", server.base_url]
        done = subprocess.run(
            [sys.executable, "-c", script, *words],
            capture_output=True,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


def test_what_takes_answers_apart_is_loaded_when_the_first_request_is_on_its_way(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from framing import Analyzer, Document, annotate\n"
        "class Model:\n"
        "    address = 'model'\n"
        "    async def acomplete(self, request):\n"
        "        print('framing.assembly' in sys.modules)\n"
        "        raise SystemExit\n"
        "    def complete(self, request): raise SystemExit\n"
        "    def close(self): pass\n"
        "    async def aclose(self): pass\n"
        "annotate([Document(id='a', text='Text.')], out=sys.argv[1], analyzer=Analyzer(Model()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.stdout == "False\n", done.stderr
