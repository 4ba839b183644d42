"""Progress bars for steps that take more than a moment; silent unless a person watches a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sized
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.progress import Progress

__all__ = ["step", "track"]

Item = TypeVar("Item")

# A terminal can hold one live display: a step within a step adds its line to the display that is there.
_shown: ContextVar[Progress | None] = ContextVar("geo_urban_progress", default=None)


def track(items: Iterable[Item], *, description: str, total: int | None = None) -> Iterator[Item]:
    """Yield `items` one by one behind a progress bar.

    Parameters
    ----------
    items
        What to go through.
    description
        Words before the bar, already in the user's language.
    total
        Number of items where `items` has no length.
    """
    with _display() as progress:
        if progress is None:
            yield from items
            return
        bar = progress.add_task(description, total=_length(items) if total is None else total)
        try:
            for item in items:
                yield item
                progress.advance(bar)
        finally:
            progress.remove_task(bar)


@contextmanager
def step(description: str) -> Iterator[None]:
    """Show that a step of unknown length is under way.

    Parameters
    ----------
    description
        Words before the bar, already in the user's language.
    """
    with _display() as progress:
        if progress is None:
            yield
            return
        bar = progress.add_task(description, total=None)
        try:
            yield
        finally:
            progress.remove_task(bar)


@contextmanager
def _display() -> Iterator[Progress | None]:
    """Yield the display in use, one of its own if there is none yet, or None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    outer = _shown.get()
    if outer is not None:
        yield outer
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        _shown.set(progress)
        try:
            yield progress
        finally:
            # Not `ContextVar.reset`: a generator may be closed from another context than it was started in.
            _shown.set(None)


def _length(items: object) -> int | None:
    return len(items) if isinstance(items, Sized) else None
