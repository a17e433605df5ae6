"""Quote fidelity: the same utterance quoted more than once, and how the wordings differ.

* `words`: words as they are compared; `utterances`: the quoted words of each statement
* `candidates`: which quotations are worth a closer look; `people`: whether the same person is meant
* `alignment`, `stretches`: which words of two quotations are the same utterance
* `changes`, `cuts`: how the wordings differ, and which qualifier one of them leaves off
* `models`: what is returned; `requotes`: all of it together
"""

from framing.quotes.models import Change, Cut, Requote, RequoteKind, Wording, kinds_in_order
from framing.quotes.requotes import find_requotes

__all__ = ["Change", "Cut", "Requote", "RequoteKind", "Wording", "find_requotes", "kinds_in_order"]
