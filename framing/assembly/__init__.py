"""From what a model answered to what an analysis may say.

A draft names passages by their words or by sentence numbers. Here each is located in the article or becomes a
`Problem`; sources are unified over all drafts; the voice of a claim or of evidence is read off the place where
it stands, never off the model's word. What two drafts of one article share (chunks overlap in their context)
is kept once.
"""

from framing.assembly.assemble import assemble
from framing.assembly.places import Part

__all__ = ["Part", "assemble"]
