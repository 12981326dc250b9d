"""What a task asks the model manager for, and what it gets."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from studio.api._adapter import Adapter
from studio.api._control import Control
from studio.api._family import Family
from studio.api._reference import LeasedReference, Reference
from studio.text import Text


@dataclass(frozen=True)
class Derived:
    """A component made of others of the same model, sharing their storage.

    `build` gets the source modules in the order of `of`, and returns a module that holds views of their tensors
    (plus, at most, a little of its own). It must be a module-level function, must not change its sources, and is
    called again when they have moved. Equal `build` over equal sources is held once.
    """

    name: str
    of: tuple[str, ...]
    build: Callable[..., Any]


@dataclass(frozen=True)
class Model:
    """A lease to ask for: which model, what for, and which of its parts.

    ref: an id of the catalogue (`starter`), or the path of a folder or file.
    capability: what the model must be able to do (`text-to-image`, `image-to-image`, `variation`,
    `inpaint`, `upscale`); '' for anything.
    parts: names of components, in the model's own terms (`unet`, `movq`, `text_encoder`); () for all of them.
    derived: components to be made of these parts, of a model that has what they are made of.
    tiled: its decoder works in tiles, where it can: less memory for large pictures, which then differ a little. The
    host sets it by itself for a job that ran out of memory.
    adapters: LoRAs that change the components of this lease and of no other: `params.lora` of a task that declares it.
    Its fingerprint tells them apart.
    narrow: the network that makes the picture keeps the weights of its layers in 8 bits: about half the memory of 16,
    more time, and a slightly different picture. The host sets it by itself for a job that ran out of memory.
    offloaded: on an accelerator, the weights stay in RAM and come to it block by block: a twentieth of the memory,
    more time at every step, and the same picture. The host sets it by itself for a job that ran out of memory.
    controls: ControlNets to lease besides, `params.control` of a task that declares it; see `diffusion.followed`.
    references: pictures to be like, `params.reference` of a task that declares it; see `diffusion.referred`.
    float32: in full precision, whatever its files and the device prefer. The host sets it by itself for a job whose
    numbers were invalid (NaN) in a half float.
    """

    ref: str
    capability: str = ""
    parts: tuple[str, ...] = ()
    derived: tuple[Derived, ...] = ()
    tiled: bool = False
    float32: bool = False
    narrow: bool = False
    offloaded: bool = False
    adapters: Sequence[Adapter] = ()
    controls: Sequence[Control] = ()
    references: Sequence[Reference] = ()


class Lease(Protocol):
    """All components of a job at once, pinned until the `with` block ends."""

    @property
    def id(self) -> str:
        """The catalogue's id of the model."""

    @property
    def title(self) -> str: ...

    @property
    def family(self) -> str:
        """`kandinsky22`, `sd15`, `sdxl`, `upscaler` …"""

    @property
    def about(self) -> Family:
        """The row of the table of families that it belongs to, its variant filled in."""

    @property
    def note(self) -> str:
        """What its file leaves open and was assumed, a sentence; the host tells it to the user."""

    @property
    def fingerprint(self) -> str:
        """Changes when any weight of the leased components does: a key for caches."""

    @property
    def defaults(self) -> Mapping[str, Any]:
        """The model's own defaults: width, height, multiple (pixels), steps, guidance_scale …"""

    @property
    def device(self) -> str:
        """Where the components are: `cpu`, `cuda:0` …"""

    @property
    def dtype(self) -> Any:
        """The torch dtype in which the part that makes the picture runs."""

    def __getitem__(self, part: str) -> Any:
        """One component. Raises KeyError for a part that was not asked for."""

    def __contains__(self, part: object) -> bool: ...

    @property
    def controls(self) -> list[Any]:
        """The ControlNets that were asked for, in their order."""

    @property
    def references(self) -> list[LeasedReference]:
        """Those that were asked for and count, in their order: without the ones of weight 0."""

    @property
    def told(self) -> list[Text]:
        """What the user is to know of the adapters, a sentence each; the host tells it."""

    @property
    def changed(self) -> list[tuple[str, str]]:
        """After the block: (title, what happened) of components that were changed in place, and were given up."""

    def patched(self, part: str, key: tuple[str, ...], change: Callable[[Any], None]) -> Any:
        """A variant of a component over the same weights, for adapters, hooks, tiling: all that would change it.

        `change` gets another module tree over the very same tensors, and changes its structure as it likes; it must not
        assign `tensor.data` (`.to(dtype)` does), nor write into the weights. The component itself stays as it is, for
        this job and for others at the same time. Equal `key` (texts that name what was done) over an equal component
        is made once, and kept as long as memory allows. Pinned until the `with` block of the lease ends.
        Raises KeyError for a part that was not asked for, and what `change` raises.
        """

    def components(self, *parts: str) -> dict[str, Any]:
        """Components by name, ready for `SomePipeline(**…)`; schedulers are copies of their own for this job."""
