"""Who is who in an article, and who speaks at a given span."""

from framing.voices.chain import Voices, chain_at, nest, voice_at
from framing.voices.speakers import Resolution, Source, resolve

__all__ = ["Resolution", "Source", "Voices", "chain_at", "nest", "resolve", "voice_at"]
