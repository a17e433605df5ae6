"""Texts with their typography evened out, and the way back to the untouched offsets.

A `Form` is a text that was rewritten in a few layers. Each layer remembers only the places where it changed
the length, so that making a form costs a handful of scans at the speed of C, and going back a few bisections.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from framing.text import Span

__all__ = ["BREAK", "INVISIBLE", "LINE_ENDS", "Form", "fold", "has_any", "lower"]

Edit = tuple[int, int, str]
"""Start, end and replacement of one change; a list of them is sorted and free of overlaps."""

BREAK = "\ufdd0"
"""Stands in a folded text where a word was divided at the end of a line: "immi-⏎gration"."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """The places where a rewriting changed the text, before and after it."""

    old_starts: list[int]
    old_ends: list[int]
    new_starts: list[int]
    new_ends: list[int]

    def back(self, start: int, end: int) -> tuple[int, int]:
        """What `start:end` of the new text was in the old one; what was deleted around it stays outside."""
        at = bisect_right(self.new_starts, start) - 1
        if at >= 0:
            inside = start < self.new_ends[at]
            start = self.old_starts[at] if inside else self.old_ends[at] + start - self.new_ends[at]
        at = bisect_right(self.new_starts, end - 1) - 1
        if at >= 0:
            end = self.old_ends[at] + max(0, end - self.new_ends[at])
        return start, end

    def forth(self, start: int, end: int) -> tuple[int, int]:
        """What `start:end` of the old text became in the new one, at least."""
        at = bisect_right(self.old_starts, start) - 1
        if at >= 0:
            inside = start < self.old_ends[at]
            start = self.new_starts[at] if inside else self.new_ends[at] + start - self.old_ends[at]
        at = bisect_right(self.old_starts, end - 1) - 1
        if at >= 0:
            end = self.new_ends[at] + max(0, end - self.old_ends[at])
        return start, end


@dataclass(frozen=True, slots=True)
class Form:
    """A rewriting of a text, with the layers that lead back to it."""

    text: str
    layers: tuple[_Layer, ...] = ()

    def origin(self, start: int, end: int) -> Span:
        """The span of the untouched text that `start:end` (not empty) of this form came from."""
        for layer in reversed(self.layers):
            start, end = layer.back(start, end)
        return Span(start, end)

    def below(self, start: int, end: int) -> tuple[int, int]:
        """`start:end` in the form that the last layer was laid on."""
        return self.layers[-1].back(start, end)

    def place(self, span: Span) -> tuple[int, int]:
        """Where a span of the untouched text (not empty) is found in this form."""
        start, end = span.start, span.end
        for layer in self.layers:
            start, end = layer.forth(start, end)
        return start, end

    def rewrite(self, edits: Iterable[Edit]) -> Form:
        """This form with the edits made; itself where there are none."""
        listed = list(edits)
        if not listed:
            return self
        layer, cursor, new = _Layer([], [], [], []), 0, 0
        pieces: list[str] = []
        for start, end, replacement in listed:
            pieces += (self.text[cursor:start], replacement)
            new += start - cursor
            layer.old_starts.append(start)
            layer.old_ends.append(end)
            layer.new_starts.append(new)
            new += len(replacement)
            layer.new_ends.append(new)
            cursor = end
        pieces.append(self.text[cursor:])
        return Form("".join(pieces), (*self.layers, layer))

    def like(self, text: str) -> Form:
        """The same layers under another text of equal length."""
        return Form(text, self.layers)


# --- The rewritings ---------------------------------------------------------------------------------

_ENTITY = re.compile(r"&(?:amp;)*(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_RANGES = ((0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2065), (0x2066, 0x2070), (0xFE00, 0xFE10))
INVISIBLE = "\xad\u034f\u061c\u180e\ufeff" + "".join(
    chr(code) for first, end in _RANGES for code in range(first, end)
)
"""Characters that print nothing: soft hyphen, joiners, marks of direction, variation selectors."""
_LINE_END = re.compile(r"[-\u2010\u00ad][ \t]*\r?\n[ \t]*(?=[^\W\d_])")
LINE_ENDS = ("-\n", "-\r\n", "- \n", "\u2010\n", "\u2010\r\n", "\xad\n", "\xad\r\n")
_HIDDEN = re.compile(f"[{INVISIBLE}]+")
_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_STACKED = re.compile("[\u0300-\u036f]{64}")
"""More marks on one letter than any language has; putting them in order takes quadratic time."""
_SPACES = re.compile(r"  +")
_COMPOUND = re.compile(r"[-'.…\ufb00-\ufb06](?:(?<=-)[- ]*|(?<=')'+|(?<=[.…])(?: ?[.…])+|(?<=[…\ufb00-\ufb06]))")

_EVEN = {
    **dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f", " "),
    **dict.fromkeys('"`', "'"),
    **dict.fromkeys("\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a", " "),
    **dict.fromkeys("\u2028\u2029\u202f\u205f\u3000", " "),
    **dict.fromkeys("“”„‟«»″＂〝〞‘’‚‛‹›′´ʼ＇", "'"),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
}


def fold(text: str) -> Form:
    """Even out what writers, editors and encoders of the same words do differently.

    HTML entities are decoded, invisible characters and divisions at line ends taken out, letters composed
    (NFC), ligatures taken apart; all white space is one space; every quotation mark and apostrophe is `'`,
    every dash or hyphen `-` and every ellipsis `…`, these two without spaces around them.
    Letters, digits and all other signs stay as they are, and in order.
    """
    form = Form(text)
    if "&" in text:
        form = form.rewrite(_entities(form.text))
    if has_any(form.text, LINE_ENDS):
        form = form.rewrite(_line_ends(form.text))
    form = form.like(_even(form.text))
    if not form.text.isascii():
        form = form.rewrite((m.start(), m.end(), "") for m in _HIDDEN.finditer(form.text))
        if not _STACKED.search(form.text) and not unicodedata.is_normalized("NFC", form.text):
            form = form.rewrite(_compositions(form.text))
            form = form.like(_even(form.text))
    if "  " in form.text:
        form = form.rewrite((m.start(), m.end(), " ") for m in _SPACES.finditer(form.text))
    return form.rewrite(_compounds(form.text))


def lower(text: str) -> str:
    """Lower case of the same length: İ is the one letter whose lower case is longer; σ and ς are one."""
    return text.replace("İ", "I").lower().replace("ς", "σ")


def has_any(text: str, signs: Iterable[str]) -> bool:
    """Whether one of a few short strings is in a text; asking for single letters first is ten times as fast."""
    return any(all(char in text for char in sign) and sign in text for sign in signs)


def _entities(text: str) -> Iterator[Edit]:
    for match in _ENTITY.finditer(text):
        decoded = html.unescape(f"&{match[1]};")  # and &amp;quot;, which feeds have escaped twice, as well
        if decoded != match[0]:
            yield match.start(), match.end(), decoded


def _line_ends(text: str) -> Iterator[Edit]:
    for match in _LINE_END.finditer(text):
        if match.start() and text[match.start() - 1].isalpha():
            yield match.start(), match.end(), "" if match[0][0] == "\u00ad" else BREAK


def _compositions(text: str) -> Iterator[Edit]:
    for match in _NON_ASCII.finditer(text):
        start, end = max(match.start() - 1, 0), match.end()
        if unicodedata.is_normalized("NFC", text[start:end]):
            continue
        for at in range(start + 1, end + 1):
            if at == end or not _continues(text[at]):
                cluster = text[start:at]
                composed = unicodedata.normalize("NFC", cluster)
                if composed != cluster:
                    yield start, at, composed
                start = at


def _continues(char: str) -> bool:
    """Whether a character composes with those before it: combining marks, later parts of Hangul syllables."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff"


def _even(text: str) -> str:
    for old, new in _EVEN.items():  # most are not there, which costs next to nothing
        text = text.replace(old, new)
    return text


def _compounds(text: str) -> Iterator[Edit]:
    cursor = 0
    for match in _COMPOUND.finditer(text):
        start, end = match.span()
        new = _compound(match[0])
        if new in ("-", "…"):
            start -= start > cursor and text[start - 1] == " "
            end += text[end : end + 1] == " "
        if new != text[start:end]:
            yield start, end, new
        cursor = end


def _compound(run: str) -> str:
    if run[0] in "-'":
        return run[0]
    if run[0] in ".…":
        if "…" in run or run.count(".") > 2:
            return "…"
        return "." if run == ".." else run
    return unicodedata.normalize("NFKC", run)
