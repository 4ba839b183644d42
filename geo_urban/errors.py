"""Errors and warnings: one tree, each message saying what, why it matters, and the call that cures it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "AlignmentError",
    "CRSMismatchError",
    "CombinedInputError",
    "DataSourceError",
    "DatumError",
    "GeoUrbanError",
    "GeoUrbanWarning",
    "GeometryError",
    "InputError",
    "InsufficientDataError",
    "MissingCRSError",
    "MissingColumnsError",
    "MissingDependencyError",
    "NoOverlapError",
    "OutputError",
    "StudyFileError",
    "raise_faults",
]


class _Message(Exception):  # noqa: N818 - the base of errors and warnings alike
    """A sentence of the catalogue and its values; worded when read, in the reader's language."""

    template: str
    values: dict[str, object]

    def __init__(self, template: str, /, **values: object) -> None:
        super().__init__(template)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return translate(self.template, **self.values)

    def __reduce__(self) -> tuple[object, ...]:
        return (_restore, (type(self), self.template, self.values))


def _restore(kind: type[_Message], template: str, values: dict[str, object]) -> _Message:
    return kind(template, **values)


class GeoUrbanError(_Message):
    """Any error this package raises on purpose."""


class InputError(GeoUrbanError, ValueError):
    """An input cannot be used as it is."""


class MissingCRSError(InputError):
    """A layer does not say in which coordinate reference system it is."""


class CRSMismatchError(InputError):
    """Layers are in coordinate reference systems that do not fit together, or one that does not fit the task."""


class DatumError(InputError):
    """Layers are on different or unknown datums (WGS 84, GCJ-02, BD-09)."""


class MissingColumnsError(InputError):
    """A table lacks columns that the task needs."""


class AlignmentError(InputError):
    """Two inputs describe different units, or one of them a unit twice."""


class NoOverlapError(InputError):
    """Two inputs lie in different places."""


class GeometryError(InputError):
    """A geometry is missing, empty, invalid or of the wrong type."""


class StudyFileError(InputError):
    """A study file has a fault."""


class InsufficientDataError(GeoUrbanError):
    """Too few values remain for the measure to mean anything."""


class DataSourceError(GeoUrbanError, OSError):
    """A file, package or service with data cannot be read."""


class OutputError(GeoUrbanError, OSError):
    """A result cannot be written where it was asked for."""


class MissingDependencyError(GeoUrbanError, ImportError):
    """A package of an optional extra is not installed."""


class CombinedInputError(InputError):
    """Several faults of one input, reported together so that they are cured in one go."""

    faults: tuple[InputError, ...]

    def __init__(self, faults: Sequence[InputError]) -> None:
        super().__init__("{count} faults:", count=len(faults))
        self.faults = tuple(faults)

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"- {fault}" for fault in self.faults)])

    def __reduce__(self) -> tuple[object, ...]:
        return (type(self), (self.faults,))


def raise_faults(faults: Sequence[InputError]) -> None:
    """Raise what was collected: nothing, the one fault itself, or all of them together.

    Raises
    ------
    InputError
        If `faults` is not empty.
    """
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise CombinedInputError(faults)


class GeoUrbanWarning(_Message, UserWarning):
    """Something the reader of a result should know."""
