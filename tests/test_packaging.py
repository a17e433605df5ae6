"""What a user installs: the wheel, outside the checkout, and what importing it costs."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import framing

ROOT = Path(__file__).parent.parent
ALLOWED = {"annotated_types", "framing", "pydantic", "pydantic_core", "typing_extensions", "typing_inspection"}


def run(*command: str | Path, cwd: Path | None = None) -> str:
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_framing_loads_pydantic_and_the_standard_library_only() -> None:
    code = "import sys, framing; print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    loaded = set(run(sys.executable, "-c", code).split())
    site_hooks = {name for name in loaded if name.startswith(("_", "__editable__", "sitecustomize"))}
    assert loaded - set(sys.stdlib_module_names) - site_hooks <= ALLOWED


def test_help_imports_no_command() -> None:
    code = (
        "import sys\n"
        "from framing.cli.main import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([n for n in sys.modules if n.split('.')[0] in ('pydantic', 'openai', 'jinja2', 'yaml', 'rich', 'numpy')])"
    )
    assert run(sys.executable, "-c", code).splitlines()[-1] == "[]"


def test_the_public_names_are_sorted_and_exist() -> None:
    names = [name for name in framing.__all__ if not name.startswith("__")]
    assert names == sorted(names, key=lambda name: (not name.isupper(), not name[0].isupper(), name))
    assert all(hasattr(framing, name) for name in framing.__all__)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment outside the checkout with the wheel in it; dependencies come from this one."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=True, system_site_packages=False)
    python = folder / "env" / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", wheel)
    here = [path for path in sys.path if path.endswith("site-packages")]
    (site,) = (folder / "env" / "lib").glob("python*/site-packages")
    # Dependencies are borrowed, the package itself is not: its editable install works through a .pth file or
    # finder, which a plain path entry does not run.
    (site / "borrowed.pth").write_text("\n".join(here))
    return folder


def test_the_wheel_analyses_an_article_outside_the_checkout(installed: Path) -> None:
    article = installed / "story.txt"
    article.write_text("“The bridge is closed,” said Mayor Ana Ortiz. She said it would cost $3 million.", "utf-8")
    command = installed / "env" / "bin" / "framing"
    out = run(command, "analyze", article, "--backend", "rules", "--format", "json", cwd=installed)
    analysis = json.loads(out)
    assert analysis["document"]["id"] == "story"
    assert [s["name"] for s in analysis["speakers"]] == ["Ana Ortiz"]
    where = run(
        installed / "env" / "bin" / "python", "-c", "import framing; print(framing.__file__)", cwd=installed
    )
    assert str(installed) in where


def test_the_wheel_carries_prompts_suites_and_datasets(installed: Path) -> None:
    (data,) = (installed / "env" / "lib").glob("python*/site-packages/framing/_data")
    assert {p.name for p in data.iterdir()} == {"prompts", "eval", "datasets"}
    assert list((data / "prompts" / "codebooks").glob("*.yaml"))
    assert not list(data.rglob("*.py"))
