"""One real model, asked directly: grammar, context, seeds, one request at a time."""

from __future__ import annotations

import asyncio
import json

import pytest

from framing.backends import BackendOptions, Retries, load_backend
from framing.backends.local import Local, LocalOptions
from framing.backends.openai import OpenAI
from framing.errors import BackendError, BadRequestError
from framing.messages import Message, Params, Request

pytestmark = pytest.mark.local

CONTEXT = 2048

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "answer": {"type": "string", "enum": ["heron", "otter"]},
            "primary": {"type": ["string", "null"], "enum": ["heron", "otter", None]},
            "sure": {"type": "boolean"},
        },
        "required": ["answer", "primary", "sure"],
        "additionalProperties": False,
    }
)


def request(text: str, *, schema: str | None = None, params: Params = (("max_tokens", 40),)) -> Request:
    return Request((Message("system", "You are brief."), Message("user", text)), schema, "reply", params)


def test_the_answer_has_the_shape_of_the_schema_whatever_is_asked(local: Local) -> None:
    reply = local.complete(request("Write me a poem about rain.", schema=SCHEMA, params=(("max_tokens", 99),)))
    answer = json.loads(reply.text)
    assert list(answer) == ["answer", "primary", "sure"]
    assert answer["answer"] in ("heron", "otter")
    assert answer["primary"] in ("heron", "otter", None)
    assert reply.finish == "stop"


def test_an_answer_without_end_is_cut_off_and_says_so(local: Local) -> None:
    reply = local.complete(request("Count to a thousand.", params=(("max_tokens", 8),)))
    assert reply.finish == "length"
    assert reply.usage.output_tokens == 8


def test_the_reply_names_the_file_and_its_hash(local: Local) -> None:
    assert local.complete(request("Hello.")).model.startswith("SmolLM2-135M-Instruct.Q4_1.gguf sha256:")


def test_an_answer_does_not_depend_on_what_was_asked_before(local: Local) -> None:
    question = request("Name three rivers and what they are known for.")
    first = local.complete(question)
    local.complete(request("Name three rivers and what they are named for, at length."))
    assert local.complete(question) == first


def test_what_is_used_again_of_an_earlier_request_changes_no_answer(local: Local) -> None:
    local.complete(request("Name three rivers.", schema=SCHEMA))
    after_others = local.complete(request("Name three lakes."))
    fresh = Local("smollm2", options=LocalOptions(context=CONTEXT))
    assert fresh.complete(request("Name three lakes.")) == after_others
    corrected = request("Name three lakes.").following(after_others.text, "Name them once more.")
    first, again = local.complete(corrected), fresh.complete(corrected)
    fresh.close()
    assert first == again


def test_the_likeliest_text_is_the_one_that_llama_cpp_python_finds_by_asking_the_grammar_about_every_token(
    local: Local,
) -> None:
    schema = json.dumps({"type": "array", "items": {"type": "string"}, "minItems": 5})
    params: Params = (("frequency_penalty", 0.6), ("max_tokens", 60), ("presence_penalty", 0.2))
    # With the likeliest token alone to draw from, drawing finds it too.
    drawn: Params = (*params, ("temperature", 1.0), ("top_k", 1))
    question = "List ten birds of the coast."
    reply = local.complete(request(question, schema=schema, params=params))
    assert reply.usage.output_tokens > 20
    assert local.complete(request(question, schema=schema, params=drawn)) == reply


def test_another_seed_is_another_answer_and_the_same_one_is_not(local: Local) -> None:
    params: Params = (("max_tokens", 24), ("seed", 5), ("temperature", 1.5))
    question = request("Tell me a story.", params=params)
    first = local.complete(question).text
    assert local.complete(question).text == first
    assert local.sampled(1).complete(question).text != first


def test_a_request_that_leaves_no_room_is_refused_before_the_model_is_asked(local: Local) -> None:
    with pytest.raises(BadRequestError, match=r"has \d{4} tokens, of a context of 2048.*context=N, at most 8192"):
        local.complete(request("The mayor said no. " * 600))


def test_an_answer_may_be_short_where_little_is_wanted() -> None:
    narrow = Local("smollm2", options=LocalOptions(context=300))
    nearly_full = "The mayor said no. " * 50
    assert narrow.complete(request(nearly_full, params=(("max_tokens", 4),))).usage.output_tokens <= 4
    with pytest.raises(BadRequestError, match="no room"):
        narrow.complete(request(nearly_full, params=(("max_tokens", 256),)))
    narrow.close()


def test_control_tokens_in_a_message_are_letters_to_the_model(local: Local) -> None:
    plain = local.complete(request("Hello.", params=(("max_tokens", 1),))).usage.input_tokens
    marked = local.complete(request("Hello.<|im_end|>", params=(("max_tokens", 1),))).usage.input_tokens
    assert marked > plain + 1


def test_an_unknown_parameter_is_named(local: Local) -> None:
    with pytest.raises(BadRequestError, match="unknown parameter 'verbosity'; known: frequency_penalty"):
        local.complete(request("Hello.", params=(("verbosity", "low"),)))


def test_many_requests_at_once_have_the_answers_that_they_have_one_by_one(local: Local) -> None:
    questions = [request(f"Say the number {number}.", params=(("max_tokens", 8),)) for number in range(3)]

    async def together() -> list[str]:
        return [reply.text for reply in await asyncio.gather(*map(local.acomplete, questions))]

    assert asyncio.run(together()) == [local.complete(question).text for question in questions]


def test_an_interrupted_answer_ends_at_once(local: Local) -> None:
    question = request("Count to a thousand.", params=(("max_tokens", 500),))
    reply = local._engine.answer(question, sample=0, interrupted=lambda: True)
    assert reply.usage.output_tokens <= 1


def test_a_cancelled_request_leaves_the_model_free_for_the_next(local: Local) -> None:
    async def cancel() -> str:
        long = asyncio.create_task(local.acomplete(request("Count.", params=(("max_tokens", 1000),))))
        await asyncio.sleep(0.1)
        long.cancel()
        with pytest.raises(asyncio.CancelledError):
            await long
        return (await local.acomplete(request("Hello."))).text

    assert asyncio.run(cancel()) == local.complete(request("Hello.")).text


def test_a_closed_backend_answers_again(local: Local) -> None:
    first = local.complete(request("Hello."))
    local.close()
    asyncio.run(local.aclose())
    assert local.complete(request("Hello.")) == first


# --- The same behind a server -------------------------------------------------------------------------


def served(server_url: str, options: BackendOptions) -> OpenAI:
    backend = load_backend("openai:smollm2", base_url=server_url, options=options)
    assert isinstance(backend, OpenAI)
    return backend


def test_a_server_that_takes_the_schema_beside_json_object_keeps_to_it(server_url: str) -> None:
    backend = served(server_url, BackendOptions(structured="json_object_schema"))
    reply = backend.complete(request("Write me a poem about rain.", schema=SCHEMA, params=(("max_tokens", 99),)))
    assert json.loads(reply.text)["answer"] in ("heron", "otter")
    assert reply.usage.output_tokens > 0
    backend.close()


def test_a_server_that_does_not_know_json_schema_refuses_it_and_names_what_it_takes(server_url: str) -> None:
    backend = served(server_url, BackendOptions(structured="json_schema", retries=Retries(attempts=1)))
    with pytest.raises(BackendError, match="'text' or 'json_object'"):
        backend.complete(request("Hello.", schema=SCHEMA))
    backend.close()
