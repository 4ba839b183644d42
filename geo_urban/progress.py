"""Progress bars for steps that take more than a moment; silent unless a person watches a terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["step", "track"]

Item = TypeVar("Item")


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
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track as rich_track

    yield from rich_track(items, description=description, total=total, console=Console(stderr=True), transient=True)


@contextmanager
def step(description: str) -> Iterator[None]:
    """Show that a step of unknown length is under way.

    Parameters
    ----------
    description
        Words before the spinner, already in the user's language.
    """
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status(description):
        yield
