"""Texts: sentences that know their template, on the wire and in another language."""

import copy
import math
from pathlib import Path

import pytest

from studio import form, images, messages, text
from studio.api import Params
from studio.descriptions import ModelInfo, PluginInfo
from studio.errors import UserError, message_of, os_reason
from studio.messages import Note, Ready
from studio.plugin_host import validation
from studio.text import Text, clause, joined
from studio.translation import Phrasebook

GERMAN = Phrasebook(
    {
        "The mask is {}x{} pixels.": "Die Maske hat {0}×{1} Pixel.",
        "{} is a folder; choose a picture in it.": "{0} ist ein Ordner; nimm ein Bild darin.",
        "The file {} has {} entries.": "{1} Einträge hat die Datei {0}.",
        "Nothing was made: {}.": "Nichts entstand: {0}.",
        "{} must be {}, not {}.": "{0} muss {1} sein, nicht {2}.",
        "between {} and {}": "zwischen {0} und {1}",
        "it is cut off": "sie ist abgeschnitten",
        "{}: {}": "{0} – {1}",
    }
)
TRICKY = ["{}", "{0}", "{}.png", "{1} and {0}", "The mask is {}x{} pixels.", "The mask is 3x4 pixels.", "it is cut off"]
"""Names of files that look like templates, their translations, or sentences."""


class Strict(Phrasebook):
    """Counts how often free text is compared with templates."""

    compared = 0

    def _free(self, line: str) -> str:
        if line not in self._words:
            self.compared += 1
        return super()._free(line)


def sent(told: str) -> str:
    """A sentence that went over the wire."""
    event = messages.decode_event(messages.encode(Note("job", told)))
    assert isinstance(event, Note)
    return event.text


def test_a_text_is_its_english_sentence() -> None:
    told = Text("The mask is {}x{} pixels.", 3, 4.5)
    assert told == "The mask is 3x4.5 pixels."
    assert type(str(told)) is str
    assert (told.template, told.args) == ("The mask is {}x{} pixels.", (3, 4.5))
    assert Text(told) is told
    assert copy.deepcopy(told).args == (3, 4.5)
    assert Text("braces {} and {0} stay without arguments") == "braces {} and {0} stay without arguments"


@pytest.mark.parametrize("args", [(1,), (1, 2, 3)])
def test_a_template_has_a_place_for_each_argument(args: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="2 places"):
        Text("The mask is {}x{} pixels.", *args)


@pytest.mark.parametrize("value", [math.nan, math.inf, 10**30, True, None, Path("a b"), 3, 0.1, 1e300, "\ud800"])
def test_whatever_is_put_in_reads_the_same_on_the_other_side(value: object) -> None:
    told = sent(Text("It is {}.", value))
    assert told == f"It is {value}.".replace("\ud800", "?")
    assert isinstance(told, Text)
    assert GERMAN.say(told) == told


@pytest.mark.parametrize("name", TRICKY)
def test_a_value_that_looks_like_a_template_or_a_sentence_is_left_as_it_is(name: str) -> None:
    inner = Text("The file {} has {} entries.", name, name)
    told = sent(Text("{}: {}", name, inner))
    assert told == f"{name}: The file {name} has {name} entries."
    assert GERMAN.say(told) == f"{name} – {name} Einträge hat die Datei {name}."


@pytest.mark.parametrize("name", TRICKY)
def test_an_error_of_the_engine_about_such_a_file_is_said_in_another_language(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(UserError) as caught:
        images.open_image(tmp_path / name)
    event = messages.decode_event(messages.encode(messages.Failed("job", caught.value.message, caught.value.code)))
    assert isinstance(event, messages.Failed)
    assert event.message == f"“{name}” is a folder; choose a picture in it."
    assert GERMAN.say(event.message) == f"“{name}” ist ein Ordner; nimm ein Bild darin."


def test_what_a_value_must_be_is_said_in_another_language_without_comparing() -> None:
    class Wants(Params):
        steps: int = 5

    schema = {"properties": {"steps": {"type": "integer", "minimum": 1, "maximum": 9}}, "type": "object"}
    field = form.parse(schema)[0]
    error = {"type": "less_than_equal", "loc": ("steps",), "input": "{}", "msg": ""}
    told = validation._explained(error, {"steps": field})  # type: ignore[arg-type]  # as pydantic makes it
    book = Strict(GERMAN._words)
    assert book.say(sent(told.message)) == 'steps muss zwischen 1 und 9 sein, nicht "{}".'
    assert book.compared == 0


def test_a_sentence_within_another_one_is_known_without_its_full_stop() -> None:
    mask = Text("The mask is {}x{} pixels.", 3, 4)
    told = Text("Nothing was made: {}.", clause(mask))
    assert told == "Nothing was made: The mask is 3x4 pixels."
    assert GERMAN.say(sent(told)) == "Nichts entstand: Die Maske hat 3×4 Pixel."
    assert GERMAN.say(sent(joined(" ", [mask, mask]))) == "Die Maske hat 3×4 Pixel. Die Maske hat 3×4 Pixel."


def test_free_text_is_compared_with_templates() -> None:
    assert GERMAN.say(sent("The mask is 3x4 pixels.")) == "Die Maske hat 3×4 Pixel."
    assert GERMAN.say(sent("Nobody knows {} it.")) == "Nobody knows {} it."


def test_what_describes_plugins_and_models_keeps_its_templates() -> None:
    problem = Text("Nothing was made: {}.", Text("it is cut off"))
    model = ModelInfo("m", "M", "f", "/m", problem=problem)
    ready = messages.decode_event(messages.encode(Ready([], [PluginInfo("p", "here", problem=problem)], [model], [])))
    assert isinstance(ready, Ready)
    assert [GERMAN.say(each.problem) for each in (*ready.plugins, *ready.models)] == [
        "Nichts entstand: sie ist abgeschnitten."
    ] * 2
    assert ready.models == [model]


@pytest.mark.parametrize(
    "dumped", ["[]", '["{}"]', "[1, 2]", '["another {}", 3]', '[["x {}", 3]]', '["x {}", {}]', '["x {}", [3]]']
)
def test_a_template_that_does_not_make_the_sentence_is_not_believed(dumped: str) -> None:
    line = b'{"type":"note","job":"a","text":"x 3","templates":{"text":%s,"other":["y"]}}' % dumped.encode()
    event = messages.decode_event(line)
    assert isinstance(event, Note)
    assert (event.text, type(event.text), event.templates) == ("x 3", str, {})


def test_an_older_engine_sends_no_templates_and_an_older_front_reads_none() -> None:
    assert messages.decode_event(b'{"type":"note","job":"a","text":"x 3"}') == Note("a", "x 3")
    assert b'"text":"x 3"' in messages.encode(Note("a", Text("x {}", 3)))
    assert messages.encode(Note("a", Text("x"))) == messages.encode(Note("a", "x"))


def test_what_errors_say() -> None:
    assert message_of(UserError("It is {}.", 3)).args == (3,)
    assert message_of(ValueError("{}")) == "{}"
    assert os_reason(OSError(28, "No space left on device")) == "No space left on device"
    assert os_reason(OSError("odd")) == "odd"
    assert text.load(text.dump(Text("a {}", Text("b {}", 1.5)))).args == ("b 1.5",)
