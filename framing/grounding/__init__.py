"""Locate a quoted text in an article: verbatim → typography → case → with parts left out; never the closest match.

* `forms`: the text with its typography evened out, with the way back to its offsets
* `words`: whole words and whole numbers
* `marks`: quotation marks, and the voice they change
* `elision`: what a quotation may leave out
* `locate`: the look-up itself; `anchors`: the same for sentence numbers
* `suggest`: what a quotation that is not there may have been meant to be
"""

from framing.grounding.locate import Grounder
from framing.grounding.marks import expand_to_marks
from framing.grounding.results import Location, NotFound

__all__ = ["Grounder", "Location", "NotFound", "expand_to_marks"]
