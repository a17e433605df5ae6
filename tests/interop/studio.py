"""The real Label Studio on loopback: started with a database of its own, asked over HTTP, ended with its children."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

__all__ = ["PASSWORD", "Annotator", "Studio", "running_studio"]

PASSWORD = "only-on-loopback-1"
_FIRST, _TOKEN = "anna@example.org", "0123456789abcdef0123456789abcdef01234567"
_SECONDS = 300
_SETTINGS = {
    "COLLECT_ANALYTICS": "false",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "FEATURE_FLAGS_OFFLINE": "true",
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
    "LABEL_STUDIO_USERNAME": _FIRST,
    "LABEL_STUDIO_PASSWORD": PASSWORD,
    "LABEL_STUDIO_USER_TOKEN": _TOKEN,
}
"""Nothing is sent anywhere, and scripts may log in by token, which is off by default."""


@dataclass(frozen=True)
class Annotator:
    """Somebody who labels: their address, and a client that is logged in as them."""

    email: str
    client: httpx2.Client

    def asked(self, method: str, path: str, json: Any = None) -> Any:
        answer = self.client.request(method, path, json=json)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None


@dataclass(frozen=True)
class Studio:
    """A running server and its two annotators."""

    url: str
    anna: Annotator
    ben: Annotator

    def project(self, folder: Path, title: str) -> int:
        """A new project from what was exported into `folder`."""
        configuration = (folder / "config.xml").read_text(encoding="utf-8")
        made = self.anna.asked("POST", "/api/projects/", {"title": title, "label_config": configuration})
        tasks = json.loads((folder / "tasks.json").read_text(encoding="utf-8"))
        self.anna.asked("POST", f"/api/projects/{made['id']}/import", tasks)
        number: int = made["id"]
        return number

    def tasks(self, project: int) -> dict[str, dict[str, Any]]:
        """The tasks of a project by the article's id, with their predictions."""
        listed = self.anna.asked("GET", f"/api/tasks/?project={project}&page_size=100&fields=all")
        tasks = [self.anna.asked("GET", f"/api/tasks/{task['id']}/") for task in listed["tasks"]]
        return {task["data"]["id"]: task for task in tasks}

    def export(self, project: int, file: Path, form: str = "JSON") -> Path:
        answer = self.anna.client.get(f"/api/projects/{project}/export?exportType={form}&download_all_tasks=true")
        assert answer.is_success, answer.text[:500]
        file.write_bytes(answer.content)
        return file


@contextmanager
def running_studio(program: str, folder: Path) -> Iterator[Studio]:
    """The program, serving from `folder`, until the block ends."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [program, "start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)]
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = kept | _SETTINGS | {"LABEL_STUDIO_BASE_DATA_DIR": str(folder), "HOME": str(folder)}
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _await(url, process, log)
        with httpx2.Client(base_url=url, headers={"Authorization": f"Token {_TOKEN}"}, timeout=120) as first:
            anna = Annotator(_FIRST, first)
            with _signed_up(url, anna, "ben@example.org") as ben:
                yield Studio(url, anna, ben)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx2.get(f"{url}/health", timeout=5).is_success:
                return
        except httpx2.TransportError:
            time.sleep(0.5)
    raise AssertionError(f"Label Studio did not start:\n{log.read_text(errors='replace')[-3000:]}")


@contextmanager
def _signed_up(url: str, host: Annotator, email: str) -> Iterator[Annotator]:
    """A second annotator, who signs up by the link that the first may hand out."""
    invitation = host.asked("GET", "/api/invite")["invite_url"]
    with httpx2.Client(base_url=url, follow_redirects=True, timeout=120) as guest:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', guest.get(invitation).text)
        assert found is not None
        form = {"csrfmiddlewaretoken": found[1], "email": email, "password": PASSWORD}
        assert guest.post(invitation, data=form).is_success
        token = guest.get("/api/current-user/token").json()["token"]
    with httpx2.Client(base_url=url, headers={"Authorization": f"Token {token}"}, timeout=120) as client:
        yield Annotator(email, client)


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port: int = bound.getsockname()[1]
    return port
