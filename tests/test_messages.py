"""What crosses between a front and its engine: what JSON would lose is refused, and what is no message is told."""

import msgspec
import pytest

from studio import messages
from studio.errors import UserError
from studio.printable import printable, printable_json
from studio.text import Text, clause, english


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_json_does_not_know_are_refused_by_name(value: float) -> None:
    for given in (value, [1, value], {"deep": (value,)}):
        with pytest.raises(UserError, match="strength must be a finite number") as caught:
            messages.check({"prompt": "a", "strength": given})
        assert (caught.value.field, caught.value.code) == ("strength", "invalid_params")


def test_half_of_a_pair_is_refused_in_texts_and_names() -> None:
    for given in ("a\ud800", ["\udfff"], {"\ud800": 1}):
        with pytest.raises(UserError, match="half of a surrogate pair") as caught:
            messages.check({"prompt": given})
        assert caught.value.code == "invalid_unicode"
    messages.check({"prompt": "𝔘 猫", "steps": 3, "on": True, "nothing": None, "list": [1.5, {"a": "b"}]})
    messages.check({"map": {"a": 1}})


def test_an_entry_of_a_list_is_named_with_its_place() -> None:
    with pytest.raises(UserError, match="lora, entry 2, weight must be a finite number, not nan") as caught:
        messages.check({"lora": [{"weight": 1.0}, {"weight": float("nan")}]})
    assert caught.value.field == "lora"


HALF = [
    line.replace(b"?", inside)
    for line in (b'{"type": "plan", "request": "a", "task": "b", "params": {"a": ?',
                 b'{"type": "revealed", "job": "a", "stage": "b", "data": {"a": ?')
    for inside in (b"[" * 9999, b'"\xed\xa0\x80"')
]  # fmt: skip


@pytest.mark.parametrize("line", [b"", b"{}", b"[]", b'{"type": "no"}', b'{"type": "cancel"}', b"\xff", *HALF])
def test_what_is_no_message_is_a_decode_error(line: bytes) -> None:
    for decode in (messages.decode_command, messages.decode_event):
        with pytest.raises(msgspec.DecodeError):
            decode(line)


def test_a_message_arrives_as_it_was_sent() -> None:
    said = Text("It is {}x{} pixels, {}.", 3, 4, Text("which is {}", "small"))
    sent = messages.Failed("j", said, field="prompt")
    heard = messages.decode_event(messages.encode(sent))
    assert heard == sent
    assert isinstance(heard, messages.Failed)
    assert isinstance(heard.message, Text)
    assert heard.message.args[:2] == (3, 4)
    ordered = messages.Submit("j", "t", {"seed": 3, "words": ["猫"]})
    assert messages.decode_command(messages.encode(ordered)) == ordered


def test_templates_that_do_not_fit_are_dropped() -> None:
    for templates in ({"message": ["{}{}", 1]}, {"message": [3]}, {"message": ["other {}", 1]}, {"nothing": ["a"]}):
        heard = messages.decode_event(
            msgspec.json.encode({"type": "failed", "job": "j", "message": "It broke.", "templates": templates})
        )
        assert isinstance(heard, messages.Failed)
        assert (heard.message, heard.templates) == ("It broke.", {})


def test_a_half_of_a_pair_in_a_traceback_costs_no_job_its_end() -> None:
    line = messages.encode(messages.Failed("j", "a\ud800", details="b\udfff"))
    heard = messages.decode_event(line)
    assert isinstance(heard, messages.Failed)
    assert (heard.message, heard.details) == ("a?", "b?")
    shown = messages.decode_event(messages.encode(messages.Revealed("j", "s", {"\ud800": ["\ud800", 1]})))
    assert isinstance(shown, messages.Revealed)
    assert shown.data == {"?": ["?", 1]}


def test_what_steers_a_terminal_is_spelled_out() -> None:
    assert printable("a\x1b[2J\u202eb\ud800\u200d猫") == "a\\x1b[2J\\u202eb\\ud800\u200d猫"
    assert printable_json('"a\x7f\U000e0001"\n') == '"a\\u007f\\udb40\\udc01"\n'


def test_a_sentence_within_another_one_has_no_full_stop() -> None:
    assert clause("It is small.") == "It is small"
    assert clause("small") == "small"
    inner = clause(Text("It is {}.", 3))
    assert (inner, inner.template, inner.args) == ("It is 3", "It is {}", (3,))


def test_what_is_no_sentence_is_not_sent() -> None:
    with pytest.raises(TypeError, match="Encoding objects of type object"):
        english(object())


def test_pictures_that_could_not_be_saved_end_their_job_in_one_sentence() -> None:
    ended = messages.given_up("job", 2, 3)
    assert isinstance(ended, messages.LAST)
    assert ended.code == "storage"
    assert str(ended.message) == "2 of 3 finished pictures could not be saved and were discarded."
