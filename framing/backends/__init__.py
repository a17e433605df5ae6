"""Where answers come from: models behind servers, scripted replies, recorded replies, and rules without a model.

A backend is addressed `name` or `name:model` (`openai:gpt-x`, `mock:replies.jsonl`, `rules`). Only the module
of the backend that is asked for is imported. Nothing here reads environment variables: keys and addresses of
servers come in as parameters.

To add one, write a class that is a `ModelBackend` (a model answers requests) or an `Extractor` (it finds all by
itself), give it a classmethod `from_address(model, *, base_url, api_key, options)` if its address carries a
model, and announce it in its package:

    [project.entry-points."framing.backends"]
    mine = "my_package.backend:Mine"
"""

from framing.backends._options import BackendOptions, Retries, Structured, StructuredMode
from framing.backends._protocols import Extractor, ModelBackend, Sampled, ServerBackend
from framing.backends._registry import BackendInfo, list_backends, load_backend, settled

__all__ = [
    "BackendInfo",
    "BackendOptions",
    "Extractor",
    "ModelBackend",
    "Retries",
    "Sampled",
    "ServerBackend",
    "Structured",
    "StructuredMode",
    "list_backends",
    "load_backend",
    "settled",
]
