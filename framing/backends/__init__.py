"""Where answers come from: models behind servers, scripted replies, recorded replies, and rules without a model.

A backend is addressed `name` or `name:model` (`openai:gpt-x`, `mock:replies.jsonl`, `rules`). Only the module
of the backend that is asked for is imported. Nothing here reads environment variables: keys and addresses of
servers come in as parameters.
"""

from framing.backends._options import BackendOptions, Retries
from framing.backends._protocols import Extractor, ModelBackend, Sampled
from framing.backends._registry import BackendInfo, list_backends, load_backend

__all__ = [
    "BackendInfo",
    "BackendOptions",
    "Extractor",
    "ModelBackend",
    "Retries",
    "Sampled",
    "list_backends",
    "load_backend",
]
