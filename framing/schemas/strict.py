"""The subset of JSON Schema that strict structured output takes, as a few small builders.

Every property is required (what may be missing is nullable), nothing is added, there are no defaults, no
bounds and no `oneOf`: https://platform.openai.com/docs/guides/structured-outputs. What a schema cannot say here
(a range of numbers, one label only) is checked when the reply is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = [
    "BOOLEAN",
    "INTEGER",
    "NULLABLE_INTEGER",
    "NULLABLE_STRING",
    "STRING",
    "Schema",
    "array",
    "choice",
    "record",
]

Schema = dict[str, Any]

STRING: Schema = {"type": "string"}
INTEGER: Schema = {"type": "integer"}
BOOLEAN: Schema = {"type": "boolean"}
NULLABLE_STRING: Schema = {"type": ["string", "null"]}
NULLABLE_INTEGER: Schema = {"type": ["integer", "null"]}


def array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def choice(values: Sequence[str], *, nullable: bool = False) -> Schema:
    """One of `values`, or null where `nullable`."""
    if nullable:
        return {"type": ["string", "null"], "enum": [*values, None]}
    return {"type": "string", "enum": list(values)}


def record(properties: Mapping[str, Schema]) -> Schema:
    """An object that holds exactly these properties; a model writes them in this order."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
