"""The labelling page in a real browser, worked with the mouse as an annotator does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from framing.text import Span
from tests.interop.studio import PASSWORD, Studio

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["LabellingPage"]

_LINE = re.compile(r"\n|\r")
_EDGES = """([line, from, to]) => {
  const texts = document.createTreeWalker(
    document.querySelectorAll('[class*=richtext__line]')[line], NodeFilter.SHOW_TEXT);
  let before = 0, node;
  while (node = texts.nextNode()) {
    if (from < before + node.length) {
      const range = document.createRange();
      range.setStart(node, from - before);
      range.setEnd(node, Math.min(to - before, node.length));
      const box = range.getBoundingClientRect();
      return [box.left, box.right, (box.top + box.bottom) / 2];
    }
    before += node.length;
  }
}"""
"""Left, right and middle of some UTF-16 units of a line: only to aim the mouse, never for the offsets."""


class LabellingPage:
    """One task, open for the first annotator."""

    def __init__(self, page: Page, studio: Studio) -> None:
        self._page, self._studio = page, studio
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{studio.url}/user/login/")
        page.fill("input[name=email]", studio.anna.email)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_load_state("load")

    def open(self, project: int, task: int) -> None:
        self._page.goto(f"{self._studio.url}/projects/{project}/data?task={task}")
        self._page.wait_for_selector("[class*=richtext__line]", timeout=120_000)
        self._page.wait_for_selector('button:has-text("Submit")', timeout=120_000)
        self._page.wait_for_timeout(1_000)

    def mark(self, text: str, span: Span, label: str) -> None:
        """Choose `label` and draw the mouse over the characters of `span`, from right to left where they run so."""
        self._page.keyboard.press("Escape")
        self._page.click(f'[class*="label"]:text-is("{label}") >> nth=0')
        first, last = self._edges(text, span.start), self._edges(text, span.end - 1)
        backwards = first[2] == last[2] and first[0] > last[0]
        begin, end = (first[1] - 0.3, last[0] + 0.3) if backwards else (first[0] + 0.3, last[1] - 0.3)
        mouse = self._page.mouse
        mouse.move(begin, first[2])
        mouse.down()
        mouse.move((begin + end) / 2, (first[2] + last[2]) / 2, steps=3)
        mouse.move(end, last[2], steps=3)
        mouse.up()
        self._page.wait_for_timeout(300)

    def submit(self) -> None:
        with self._page.expect_response(lambda answer: "/annotations" in answer.url and answer.ok):
            self._page.click('button:has-text("Submit")')

    def _edges(self, text: str, at: int) -> tuple[float, float, float]:
        before = _LINE.split(text[:at])
        start = len(before[-1].encode("utf-16-le")) // 2
        end = start + len(text[at].encode("utf-16-le")) // 2
        left, right, middle = self._page.evaluate(_EDGES, [len(before) - 1, start, end])
        return left, right, middle
