"""Task: what a plugin contributes; Context: all it may ask of its host."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from PIL import Image

from studio.api._embedding import Embedding
from studio.api._model import Lease, Model
from studio.api._operation import ControlPicture
from studio.api._params import Params as _Params
from studio.api._stage import Stage

if TYPE_CHECKING:  # numpy is a plugin's choice
    from numpy.typing import NDArray

T = TypeVar("T")


@dataclass(frozen=True)
class Rows:
    """A picture too large to be held, handed over as strips of rows from top to bottom; the host writes as they come.

    `mode` is L, LA, RGB or RGBA; `bits` 8 (strips of uint8) or 16 (uint16). A strip is (h, width) for L, else
    (h, width, channels), and the heights of all strips add up to `height`. The strips are drawn while `run` waits at
    its `yield`, so its leases hold; call `ctx.progress` between them, since a cancelled job stops there.
    """

    width: int
    height: int
    mode: str
    strips: Iterator["NDArray[Any]"]
    bits: int = 8


@dataclass(frozen=True)
class Result:
    """A finished picture with what was measured or decided while making it.

    `seed` is the seed that makes this very picture when the task is run with count 1; `values` go into the recipe and
    into `--json` (numbers, texts, booleans; those of `Rows` are read after its last strip); `parents` are the ImageRefs
    it was made from; `icc` is the colour profile of the image, None for sRGB.
    """

    image: Image.Image | Rows
    seed: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    parents: tuple[str, ...] = ()
    icc: bytes | None = None


@dataclass(frozen=True)
class Value:
    """What one of a Result's values is called, and in one sentence what it means: from where to where, what is good."""

    title: str
    description: str = ""


@dataclass(frozen=True)
class Original:
    """A picture as it was given. The images may be one object, so copy before you change one."""

    image: Image.Image
    """As decoded, but upright: its own mode, alpha and colour space. 16-bit grey is kept (mode I;16)."""
    srgb: Image.Image
    """The working copy, as `Context.image` gives it: mode RGB or RGBA."""
    icc: bytes | None
    """The colour profile of `image`; None for sRGB."""
    bits: int
    """Bits per channel in the file; 16-bit colour arrives reduced to 8."""


@dataclass(frozen=True)
class Work:
    """How much a job is, as far as its parameters tell before anything is loaded: what plans are made by."""

    width: int
    """Of one picture as the networks make it, in pixels."""
    height: int
    pictures: int = 1
    steps: int = 1
    """Of denoising, for one picture."""
    way: str = ""
    """What else sets it apart from jobs of other costs, such as a draft."""


class Context(Protocol):
    """The host, as one running task sees it."""

    def progress(self, done: float, total: float, preview: Image.Image | None = None, *, stage: str = "") -> None:
        """Tell how far the job is; raises Cancelled when the user has cancelled, so call it at least once a step.

        `stage` is one that the task declares in `stages`; another one is shown by its bare name.
        `preview` is of the whole result, and may be tiny and rough (it is scaled up); at most two a second are sent on.
        """

    @property
    def wants_preview(self) -> bool:
        """Whether a preview handed to `progress` now would be shown: skip the work of making one otherwise."""

    def image(self, ref: str) -> Image.Image:
        """The picture behind an ImageRef: upright, sRGB, mode RGB or RGBA. Raises UserError when it cannot be read."""

    def original(self, ref: str, *, tiff: bool = False) -> Original:
        """The picture behind an ImageRef, with its own pixels and profile beside the working copy; `tiff` takes TIFF.

        Raises UserError when it cannot be read.
        """

    def mask(self, ref: str) -> Image.Image:
        """The mask behind a MaskRef: mode L, 255 = repaint. Raises UserError when it cannot be read."""

    def control_picture(self, picture: Image.Image, hint: str) -> ControlPicture:
        """What a picture operation, by its id, makes of a picture: RGB, of its size; `ready` takes it as it is.

        Raises UserError for one that no plugin brings, or whose weights are not here. See `diffusion.followed`.
        """

    def embedding(self, ref: str) -> Embedding | None:
        """The saved embedding behind an ImageRef; None when a picture is there instead, which `image` opens.

        Raises UserError for a file that holds other weights.
        """

    def keep(self, embedding: Embedding) -> str:
        """Keep an embedding under its name; returns the path, which is an ImageRef from now on.

        Raises UserError for a name that is taken, or that no file can have.
        """

    def check_name(self, name: str) -> None:
        """Raise UserError for a name that `keep` would refuse, so that a job can fail before its work is done."""

    def model(self, spec: Model) -> AbstractContextManager[Lease]:
        """Lease a model's components, all at once; leaving the block makes them evictable."""

    def cached(self, key: tuple[Any, ...], make: Callable[[], T]) -> T:
        """`make()`, or what it returned for this key in an earlier job (recent values are kept, at most 64 MB)."""

    def note(self, template: str, *args: object) -> None:
        """One sentence for the user that goes with the result: what was adapted, cut or left out.

        note("Scaled from {}x{} pixels.", width, height): a template with its arguments, as in UserError, so that it can
        be shown in other languages. A sentence of which the template is the whole is taken as it is.
        """

    def reveal(self, stage: str, **data: Any) -> None:
        """Show a stage's inner data (numbers, texts, small pictures) to the "under the hood" panel, if one listens.

        `stage` is one that the task declares in `stages`, where `Stage.shows` says how the data is drawn; the panel
        draws nothing of another one.
        """

    @property
    def reveals(self) -> bool:
        """Whether anybody listens to `reveal`: skip the work otherwise."""


class Task:
    """One thing a user can ask for. Subclass it, nest a `Params`, write `run`."""

    id: ClassVar[str]
    """Lower-case words joined by hyphens; unique among all plugins."""
    title: ClassVar[str]
    description: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    """The name of one of the studio's icons (`create`, `vary`, `inpaint`, `blend` …); '' is that of plugins."""
    order: ClassVar[int] = 100
    """Where it stands among the other tasks, smaller first; those of third parties stand below the built-in ones."""
    values: ClassVar[Mapping[str, Value]] = {}
    """What people are told of the values of its results, by name; one that is not here is shown by its name."""
    independent: ClassVar[bool] = False
    """Whether `count` pictures are the same as `count` jobs of one picture each, from one seed after the other. Then
    variants in a prompt, {red|blue}, are drawn for each picture; else once for the job."""
    sequence: ClassVar[bool] = False
    """Whether its pictures are steps of one way, in their order: then they can be played, and saved as an animation."""
    stages: ClassVar[Mapping[str, Stage]] = {}
    """The steps of its jobs, by the names that `progress` and `reveal` are told, in the order of their drawings."""
    Params: ClassVar[type[_Params]]

    def work(self, params: Any, defaults: Mapping[str, Any], size_of: Callable[[str], tuple[int, int]]) -> Work | None:
        """How much a job with these parameters is; None, as here, where that cannot be told without doing it.

        `defaults` are the model's (Lease.defaults), `size_of(ref)` tells width and height of an ImageRef. The host
        measures jobs, and by this tells of the next one, before it is begun, whether it will fit and how long it takes.
        Raises UserError as `run` would.
        """
        return None

    def run(self, params: Any, ctx: Context) -> Iterator[Image.Image | Result]:
        """Yield finished pictures as they are made. Raise UserError for what the user can mend."""
        raise NotImplementedError
