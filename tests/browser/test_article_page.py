"""The article page in a real browser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from framing.annotations import NARRATOR
from framing.reports import article_page
from tests.browser.conftest import Open
from tests.report_samples import HOSTILE, article, hostile, labelled, long_article, newsroom

if TYPE_CHECKING:
    from playwright.sync_api import Page

RICH = "immigration-1-b"
_MARKED = """() => Object.fromEntries([...document.querySelectorAll('#notes > .note')].map(note => {
  const key = note.id.slice(1);
  const pieces = [...document.querySelectorAll('#text [data-m]:not(.fm)')];
  return [key, pieces.filter(p => p.dataset.m.split(' ').includes(key)).map(p => p.textContent).join('')];
}))"""


def rich() -> str:
    gold = article(RICH)
    return article_page(labelled(gold), gold.document)


def shown(page: Page) -> dict[str, int]:
    """How many items of each layer are still marked in the text, and listed below it."""
    count = """layer => [...document.querySelectorAll(`#notes > .note[data-layer=${layer}]`)]
      .filter(note => !note.hidden).length"""
    return {layer: page.evaluate(count, layer) for layer in ("statement", "claim", "evidence")}


@pytest.mark.parametrize("name", [gold.id.partition("/")[2] for gold in newsroom()])
def test_the_text_of_the_page_is_the_article_and_each_mark_covers_its_spans(name: str, open_page: Open) -> None:
    gold = article(name)
    analysis, text = labelled(gold), gold.document.text
    page = open_page(article_page(analysis, gold.document))
    assert page.locator("#text").evaluate("e => e.textContent") == text
    expected = sorted("".join(span.of(text) for span in spans) for _, spans, _ in analysis.grounded_texts())
    assert sorted(page.evaluate(_MARKED).values()) == expected


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_article_stays_text(name: str, open_page: Open) -> None:
    analysis, document = hostile(HOSTILE[name])
    page = open_page(article_page(analysis, document))
    assert page.locator("#text").evaluate("e => e.textContent") == document.text
    assert page.evaluate("window.hurt") is None
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, b b").count() == 0
    assert page.locator("body > main").count() == 1
    assert page.locator("footer dl.made").count() == 1


def test_a_bidi_control_turns_nothing_beyond_itself(open_page: Open) -> None:
    analysis, document = hostile(HOSTILE["bidi"])
    page = open_page(article_page(analysis, document))
    places = page.evaluate("""() => {
      const find = word => {
        const walker = document.createTreeWalker(document.getElementById('text'), NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
          const at = node.data.indexOf(word);
          if (at < 0) continue;
          const range = document.createRange();
          range.setStart(node, at); range.setEnd(node, at + 1);
          return range.getBoundingClientRect().left;
        }
      };
      return ['gnihtemos', 'nihtemos', 'emos'].map(find);
    }""")
    assert places == sorted(places)


def test_a_nested_statement_has_its_own_colour_and_that_of_the_one_around_it(open_page: Open) -> None:
    gold = article(RICH)
    nested = next(s for s in gold.gold.statements if s.within)
    page = open_page(article_page(labelled(gold), gold.document))
    classes = page.evaluate(
        """text => [...document.querySelectorAll('#text [data-m]')].find(p => p.textContent === text).className""",
        nested.text,
    ).split()
    assert sorted(name[0] for name in classes) == ["o", "t"]


def test_pointing_at_a_statement_shows_who_says_it_and_how(open_page: Open) -> None:
    page = open_page(rich())
    card = page.locator("#card")
    assert card.is_hidden()
    page.locator("#text p a[data-tag=A]").first.hover()
    told = card.inner_text()
    for part in ("Roy Castellane", "Orrin County sheriff", "direct", "said", "verbatim", "labels"):
        assert part in told
    page.keyboard.press("Escape")
    assert card.is_hidden()


def test_every_control_and_every_mark_is_reached_by_the_keyboard_and_marks_open_their_card(
    open_page: Open,
) -> None:
    page = open_page(rich())
    wanted = page.evaluate(
        """() => { const all = [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
          .filter(e => !(e.type === 'radio' && !e.checked));
          all.forEach((e, i) => { e.dataset.stop = i; }); return all.length; }"""
    )
    reached: set[str] = set()
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
        stop, marked, card = page.evaluate(
            """() => { const e = document.activeElement;
              return [e.dataset.stop, e.matches('#text [data-m]'), !document.getElementById('card').hidden]; }"""
        )
        if stop is not None:
            reached.add(stop)
            assert card == marked
    assert len(reached) == wanted
    begun = page.evaluate(
        "() => [...document.querySelectorAll('#text a[data-b]')].flatMap(a => a.dataset.b.split(' '))"
    )
    assert sorted(begun, key=int) == page.evaluate(
        "() => [...document.querySelectorAll('.note')].map(n => n.id.slice(1))"
    )


def test_filters_show_and_hide_the_right_number(open_page: Open) -> None:
    gold = article(RICH)
    found = gold.gold
    page = open_page(article_page(labelled(gold), gold.document))
    passages = [(label.frame, e) for label in found.frames for e in label.evidence]
    everything = {"statement": len(found.statements), "claim": len(found.claims), "evidence": len(passages)}
    assert shown(page) == everything

    page.get_by_role("radio", name="the outlet itself").check()
    assert shown(page) == {
        "statement": 0,
        "claim": sum(c.voice == NARRATOR for c in found.claims),
        "evidence": sum(e.voice == NARRATOR for _, e in passages),
    }
    page.get_by_role("radio", name="everyone").check()
    sheriff = next(s.id for s in found.speakers if s.name == "Roy Castellane")
    page.get_by_role("checkbox", name="Roy Castellane").uncheck()
    assert shown(page) == {
        "statement": sum(s.speaker != sheriff for s in found.statements),
        "claim": sum(c.voice != sheriff for c in found.claims),
        "evidence": sum(e.voice != sheriff for _, e in passages),
    }
    page.locator("[data-all=speaker]").click()
    page.locator("[data-none=frame]").click()
    assert shown(page) == everything | {"evidence": 0}
    page.get_by_role("checkbox", name="Morality").check()
    assert shown(page) == everything | {"evidence": sum(frame == "morality" for frame, _ in passages)}
    page.get_by_role("checkbox", name="statements").uncheck()
    assert page.locator("#text :is(.t1, .t2, .t3, .t4, .t5, .t6, .t7)").count() == 0
    assert "0 of" in page.locator("#shown").inner_text()
    assert page.locator("#text").evaluate("e => e.textContent") == gold.document.text


def test_without_a_script_the_page_still_shows_its_marks_and_leads_to_them(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(rich(), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator("#text a.t1").count() > 0
    target = page.locator("#text a.t1").first.get_attribute("href")
    assert page.locator(str(target)).is_visible()
    context.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390], ids=["desk", "phone"])
def test_axe_finds_no_serious_fault(dark: bool, width: int, open_page: Open, axe: str) -> None:
    page = open_page(rich(), width=width, dark=dark)
    assert serious(page, axe) == []


def serious(page: Page, axe: str) -> list[str]:
    page.evaluate(axe)
    found = page.evaluate("() => axe.run().then(r => r.violations)")
    return [
        f"{v['id']}: {json.dumps([n['target'] for n in v['nodes']][:5])} {v['nodes'][0].get('failureSummary', '')}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def test_nothing_is_wider_than_a_phone(open_page: Open) -> None:
    page = open_page(rich(), width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_the_theme_can_be_turned(open_page: Open) -> None:
    page = open_page(rich())
    paper = "() => getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(paper)
    page.get_by_role("button", name="Dark page").click()
    assert page.evaluate(paper) != before
    page.get_by_role("button", name="Light page").click()
    assert page.evaluate(paper) == before


def test_a_long_article_with_400_items_opens(browser: Any, tmp_path: Path, capsys: Any) -> None:
    analysis, document = long_article()
    file = tmp_path / "long.html"
    file.write_text(article_page(analysis, document), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(file.as_uri())
    assert page.locator("#text").evaluate("e => e.textContent") == document.text
    assert shown(page)["statement"] == len(analysis.statements)
    spent = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    wall = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
    page.close()
    size, cpu = file.stat().st_size / 1e6, spent["TaskDuration"]
    parts = f"layout {spent['LayoutDuration']:.2f} s, script {spent['ScriptDuration']:.2f} s"
    with capsys.disabled():
        print(f"\n5,000 words, 400 items: {size:.2f} MB; loaded in {wall / 1e3:.2f} s; CPU {cpu:.2f} s ({parts})")
