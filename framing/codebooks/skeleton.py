"""The file that a new codebook starts from."""

from __future__ import annotations

import re

from framing.errors import UsageError

__all__ = ["codebook_skeleton"]

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def codebook_skeleton(name: str) -> str:
    """A commented codebook that passes the check when it is saved as `<name>.v1.yaml`.

    Raises UsageError when `name` cannot be the name of a codebook.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is not a name for a codebook: use lower-case letters, digits and single hyphens"
        )
    return _SKELETON.replace("NAME", name)


_SKELETON = """\
# A codebook for framing. Save it as NAME.v1.yaml, then: framing codebooks check NAME.v1.yaml
# Once results quote it, do not edit it any more: copy it to NAME.v2.yaml with version: 2.
# A text that holds a colon or a quotation mark is safest in "double quotes", or after >- on lines of its own.

name: NAME # lower-case letters, digits, hyphens; the file is called <name>.v<version>.yaml
version: 1
title: A short title for people
description: >-
  What is coded here, on which material, and how strict a coder has to be: is one sentence about a frame enough,
  or must the whole article be told through it?
citation: Your name (year). The work in which these categories are defined.
url: null # where that work can be read, or null
licence: CC-BY-4.0 # of the wording in this file
language: en # of the texts to be coded

task: frames # frames (of a text) or claims (classes of claims)
unit: document # what gets the label: document, sentence or span
labels: multi # single: exactly one label for each unit; multi: several are allowed
primary: false # true: one of several labels is named as the leading one
allow_none: true # true: "no frame of this codebook applies" is a legal answer
other: null # the code of a residual frame, or null

frames:
  - code: first_frame # lower-case letters, digits, underscores; this is what stands in the results
    name: First frame
    definition: >-
      What a passage must say for this frame to hold, in one or two sentences.
    include: # what also belongs here, above all the cases that are easily missed
      - A case that belongs here although it does not look so.
    exclude: # what does not belong here, and which frame it belongs to instead
      - A case that looks as if it belonged here, but belongs to second_frame, because …
    positive: # at least two passages that have the frame
      - Write one passage here that has this frame.
      - Write another one, as different from the first as the frame allows.
    negative: # at least one passage that looks so but has not
      - Write a passage here that a hasty coder would take for this frame.
    indicators: # words and phrases for coding without a model; * stands for the rest of a word
      - example word
      - exemplif*

  - code: second_frame
    name: Second frame
    definition: >-
      What a passage must say for this frame to hold.
    include: []
    exclude:
      - Which frame wins where the two meet.
    positive:
      - A passage that has the second frame.
      - Another passage that has the second frame.
    negative:
      - A passage that has the first frame only.
    indicators: []

# Yes/no questions may decide a frame. Each frame then has a rule over their codes:
#   rule: q1 and not q2        rule: 2 of (q1, q2, q3)        rule: mean(q1, q2, q3) >= 0.5
questions: []
# questions:
#   - code: q1
#     frame: first_frame
#     text: Does the article …?

# Parts that actors play in the story, for prompts that ask for them:
roles: []
# roles:
#   - code: villain
#     name: Villain
#     definition: Who is shown as the cause of the harm.
"""
