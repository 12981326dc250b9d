"""Which installed packages are not what a distribution asks for; uses nothing but Python, for pip replaces the rest."""

import re
import shlex
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import NamedTuple

STUDIO = "open-image-studio"
LONGEST = 1000
"""Of a line in the metadata of a stranger: more than any requirement, and soon looked through."""
_LINE = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*\(?([^;)]*)\)?\s*(?:;(.*))?", re.DOTALL)
_BOUND = re.compile(r"(===|==|!=|~=|<=|>=|<|>)\s*([^\s,]+)")
_RELEASE = re.compile(r"v?(?:\d+!)?(\d+(?:\.\d+)*)")


class Requirement(NamedTuple):
    """What a distribution asks for: the name of another, and bounds for its version."""

    name: str
    bounds: str

    def __str__(self) -> str:
        return f"{self.name}{self.bounds}"


class Unmet(NamedTuple):
    """A requirement, and the version that is installed instead, '' for none."""

    wanted: Requirement
    found: str


def unmet(distribution: str) -> list[Unmet]:
    """What of its own requirements is not met; nothing for a distribution that is not installed."""
    found = ((wanted, _version(wanted.name)) for wanted in _requirements(distribution))
    return [Unmet(wanted, version) for wanted, version in found if not version or not _meets(version, wanted.bounds)]


def closure(distribution: str = STUDIO) -> dict[str, str]:
    """The version of every installed distribution that this one needs, directly or through others, itself included."""
    found: dict[str, str] = {}
    waiting = [distribution]
    while waiting:
        name = normal(waiting.pop())
        if name not in found and (version := _version(name)):
            found[name] = version
            waiting += [wanted.name for wanted in _requirements(name)]
    return found


def report() -> list[str]:
    """Sentences about what is wrong with the packages that the studio itself stands on, and how to put it back."""
    wrong = {each.wanted.name: each for name in reversed(closure()) for each in unmet(name)}  # ours come last and win
    if not wrong:
        return []
    told = []
    askers: list[str] = []
    for each in wrong.values():
        who = _askers(each)
        askers += who
        there = f"version {each.found} is installed" if each.found else "it is not installed"
        blamed = f" ({', '.join(who)} asks for that)" if who and each.found else ""
        told.append(f"The studio needs {each.wanted}, but {there}{blamed}.")
    pip = f"{shlex.quote(sys.executable)} -m pip"
    back = " ".join(shlex.quote(str(each.wanted)) for each in wrong.values())
    remove = f"{pip} uninstall {' '.join(dict.fromkeys(askers))}, then " if askers else ""
    return [*told, f"To put it back: {remove}{pip} install {back}"]


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _askers(wrong: Unmet) -> list[str]:
    """Distributions that the studio does not need, and that ask for the version which is installed."""
    ours = closure()
    found = []
    for distribution in metadata.distributions():
        name = normal(distribution.metadata["Name"] or "")
        if name and name not in ours and name not in found and _asks(name, wrong):
            found.append(name)
    return found


def _asks(distribution: str, wrong: Unmet) -> bool:
    """Whether it is content with what is installed, and would not be with what the studio needs."""
    needed = [bound for _, bound in _BOUND.findall(wrong.wanted.bounds)]
    theirs = [wanted.bounds for wanted in _requirements(distribution) if wanted.name == wrong.wanted.name]
    return any(_meets(wrong.found, bounds) and not all(_meets(each, bounds) for each in needed) for bounds in theirs)


def _requirements(distribution: str) -> Iterator[Requirement]:
    try:
        lines = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return
    for line in (each for each in lines if len(each) <= LONGEST):
        match = _LINE.fullmatch(line)
        if match and (match[3] is None or _applies(match[3])):
            yield Requirement(normal(match[1]), re.sub(r"\s", "", match[2]))


def _applies(marker: str) -> bool:
    """Whether a requirement holds on this machine; one that only an extra asks for does not."""
    if "extra" in marker:
        return False
    try:
        from packaging.markers import Marker

        return bool(Marker(marker).evaluate())
    except (ImportError, AttributeError, TypeError, ValueError):  # replaced too, perhaps: then nobody can tell
        return False


def _version(name: str) -> str:
    try:
        return metadata.version(name) or ""
    except metadata.PackageNotFoundError:
        return ""


def _meets(version: str, bounds: str) -> bool:
    """By the numbers of the release alone; what cannot be read counts as met."""
    return all(_meets_one(version, kind, bound) for kind, bound in _BOUND.findall(bounds))


def _meets_one(version: str, kind: str, bound: str) -> bool:
    found, wanted = _release(version), _release(bound)
    if not found or not wanted:
        return True
    if bound.endswith(".*"):
        same = found[: len(wanted)] == wanted
        return same if kind == "==" else not same
    if kind == "~=":
        return found[: len(wanted) - 1] == wanted[:-1] and found >= wanted
    length = max(len(found), len(wanted))
    mine, theirs = (numbers + (0,) * (length - len(numbers)) for numbers in (found, wanted))
    return {
        "==": mine == theirs, "===": mine == theirs, "!=": mine != theirs,
        "<": mine < theirs, "<=": mine <= theirs, ">": mine > theirs, ">=": mine >= theirs,
    }[kind]  # fmt: skip


def _release(version: str) -> tuple[int, ...]:
    match = _RELEASE.match(version)
    try:
        return tuple(map(int, match[1].split("."))) if match else ()
    except ValueError:  # more digits than a number may have
        return ()
