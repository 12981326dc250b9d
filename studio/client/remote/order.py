"""RemoteOrder: a job on another machine, as the front follows it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from studio import messages
from studio.client.remote.front_file import KeptOrder
from studio.client.remote.incoming import Incoming, local_sentence, local_values
from studio.client.remote.wire import Item
from studio.errors import UserError
from studio.messages import LAST, Event, Saved, Submit

Emit = Callable[[Event], None]


class RemoteOrder:
    """What it tells goes to `emit` as an engine of this machine would have told it.

    A picture that cannot be saved here waits for its user's word, and what is told after it waits too.
    """

    def __init__(self, order: Submit, incoming: Incoming, emit: Emit) -> None:
        self.order, self._incoming, self._emit = order, incoming, emit
        self.names: dict[str, str] = {}
        """What contents of it are called here."""
        self.begun = self.answered = False
        self.sent = False
        """Whether the other machine may know of it."""
        self._params: dict[str, Any] = {}
        self._unsaved: list[tuple[Path, Saved]] = []
        self._held: list[Event] = []
        self._made = self._given_up = 0
        self._lock = threading.RLock()

    @property
    def kept(self) -> KeptOrder:
        return KeptOrder(self.order.task, self._params or self.order.params, self.names, self.order.folder)

    def orphan(self) -> None:
        """Nobody follows it any more: only its pictures are wanted."""
        self._emit = _to_nobody

    def claim(self) -> bool:
        """To send it: whether it is wanted still."""
        with self._lock:
            self.sent = self.sent or not self.answered
            return not self.answered

    def drop(self, answer: Event) -> bool:
        """Answer it here, unless the other machine may know of it: whether that was so."""
        with self._lock:
            if self.sent or self.answered:
                return False
        self.tell(answer)
        return True

    def take(self, event: Event, item: Item) -> None:
        """Raises LinkDown while a picture cannot be fetched: then the same event comes again."""
        match event:
            case messages.Begun():
                self.begun = True
            case messages.Started(params=params):
                self.begun, self._params = True, local_values(params, self.names)
                event = replace(event, params=self._params)
            case Saved():
                self._receive(event, item)
                return
            case messages.Failed():
                event = replace(event, message=self._said(event.message))
            case messages.Note():
                event = replace(event, text=self._said(event.text))
        self.tell(event)

    def tell(self, event: Event) -> None:
        """At once, or when what comes before it is settled."""
        with self._lock:
            if self._unsaved:
                self._held.append(event)
                return
            if isinstance(event, messages.Finished) and self._given_up:
                event = messages.given_up(self.order.job, self._given_up, self._made)
            self.answered = self.answered or isinstance(event, (*LAST, messages.Withdrawn))
        self._emit(event)

    def resave(self, folder: str | None) -> None:
        with self._lock:
            waiting, self._unsaved = self._unsaved, []
            for file, event in waiting:
                self._save(file, event, folder or self.order.folder)
        self._release()

    def discard(self) -> None:
        with self._lock:
            self._given_up += len(self._unsaved)
            for file, _ in self._unsaved:
                file.unlink(missing_ok=True)
            self._unsaved = []
        self._release()

    def _receive(self, event: Saved, item: Item) -> None:
        self._made += 1
        try:
            file = self._incoming.fetch(event, item)
        except UserError as error:
            self._made -= 1
            self.tell(messages.Note(event.job, error.message))
            return
        except BaseException:
            self._made -= 1
            raise
        with self._lock:
            self._save(file, event, self.order.folder)

    def _save(self, file: Path, event: Saved, folder: str) -> None:
        try:
            saved = self._incoming.save(file, event, self._params, self.names, folder)
        except UserError as error:
            self._unsaved.append((file, event))
            self._emit(messages.Unsaved(event.job, event.index, error.message))
        else:
            values = local_values(event.values, self.names)
            self._emit(replace(saved, values=values))

    def _release(self) -> None:
        """Tell what has waited for the pictures."""
        while True:
            with self._lock:
                if self._unsaved or not self._held:
                    return
                event = self._held.pop(0)
            self.tell(event)

    def _said(self, text: str) -> str:
        said = local_sentence(text, self.names)
        return text if said == text else said  # one that names no content keeps its template


def _to_nobody(event: Event) -> None:
    """Who has asked for it was told that it ended."""
