"""Role: what a parameter means to the studio, as its task declares it."""

import enum


class Role(enum.StrEnum):
    """What a parameter is to the studio besides a value: declared with `api.Field(role=…)`, never guessed from a name.

    Each role goes with fields of one shape, and stands on one field of a task unless it says otherwise.
    """

    SOURCE = "source"
    """An ImageRef: the one picture that the task begins from. It takes the picture that is shown, and the canvas's."""
    MASK = "mask"
    """A MaskRef over SOURCE: it is painted on the canvas."""
    EXTEND_LEFT = "extend_left"
    """An `int`: pixels to add at the left of SOURCE. Where all four are there, a frame is drawn on the canvas."""
    EXTEND_TOP = "extend_top"
    """An `int`: pixels to add above SOURCE."""
    EXTEND_RIGHT = "extend_right"
    """An `int`: pixels to add at the right of SOURCE."""
    EXTEND_BOTTOM = "extend_bottom"
    """An `int`: pixels to add below SOURCE."""
    PROMPT = "prompt"
    """A text, or a list of texts: words for what the picture shall show. Jobs and pictures are called by it; may stand
    on several fields."""
    NEGATIVE = "negative"
    """A text that may be left out: words for what the picture shall not show."""
    STYLES = "styles"
    """A list of texts: styles that PROMPT is said in, by id or name; the studio applies them before the task runs, and
    what a style leaves out goes to NEGATIVE. An api.Styles has it by itself."""
    LANGUAGE = "language"
    """A choice: which language PROMPT, NEGATIVE and BEFORE are in, for models that read only English; the studio
    translates them before the task runs. An api.LanguageField has it."""
    BEFORE = "before"
    """A text: what SOURCE shows now, where PROMPT says what it shall show instead."""
    NAME = "name"
    """A text that may be left out: the name that something is kept under. Jobs that only show examples leave it out."""
    DISTANCE = "distance"
    """A number with both bounds: how far a result may lie from SOURCE; "more like this" moves it."""
    STRENGTH = "strength"
    """A number with both bounds: how much the task changes; a row of examples shows it."""
    SCALE = "scale"
    """A number with both bounds: how many times as wide as SOURCE a result is."""
    COUNT = "count"
    """An `int` with both bounds: how many pictures are made. A job that needs only one asks for as few as it may."""
    SEED = "seed"
    """An `int`: where the noise comes from; -1 is replaced by a drawn one. An api.Seed has it; may stand on several."""
    MODEL = "model"
    """A ModelRef, which has it by itself: the model that is used; may stand on several fields."""
    SIZE = "size"
    """A Size, which has it by itself: of the result, where `auto` is the model's own; may stand on several fields."""
    PICTURE_SIZE = "picture_size"
    """A Size: of the result, where `auto` follows the picture that is given."""
    ADAPTER = "adapter"
    """A list of api.Adapter: the LoRAs that the job uses. An api.AdapterField has it; `<lora:NAME:WEIGHT>` in a PROMPT
    is taken out of the words and added to it before the task runs."""
    CONTROL = "control"
    """A list of api.Control: the pictures that the result follows, each by a ControlNet. An api.ControlField has it."""
    REFERENCE = "reference"
    """A list of api.Reference: pictures that the result is like, each by an IP-Adapter or by Redux. An
    api.ReferenceField has it."""
    REGION = "region"
    """A list of api.Region: parts of the picture with words of their own. An api.RegionField has it."""
    BLEND_PICTURE = "blend_picture"
    """A list of ImageRefs: the pictures that are mixed, at the corners of the blend board."""
    BLEND_WEIGHT = "blend_weight"
    """A list of numbers from 0 on: how much of each BLEND_PICTURE there is; the blend board's point sets them."""


SEVERAL = frozenset({Role.PROMPT, Role.SEED, Role.MODEL, Role.SIZE})
"""Those that may stand on several fields of a task."""
EDGES = (Role.EXTEND_LEFT, Role.EXTEND_TOP, Role.EXTEND_RIGHT, Role.EXTEND_BOTTOM)
"""Left, top, right, bottom."""
