"""Codes of units are text: make them so, and repair what a spreadsheet did to them."""

from __future__ import annotations

import unicodedata
import warnings
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.checks import listed
from geo_urban.errors import AlignmentError, GeoUrbanWarning, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["match_codes", "text_codes"]

SHORTEST_PADDED_CODE = 4  # "01".."95" and row numbers 1..95 look alike; from four digits on, codes have one width
HEADER_ROWS = 2  # a spreadsheet counts from 1, and its first row is the header


def text_codes(values: pd.Series, *, argument: str = "codes") -> pd.Series:
    """Return unit codes as clean text, with lost leading zeros put back.

    A code is a name made of digits. A spreadsheet that stores it as a number drops leading zeros (01001 becomes
    1001) and may print it as 1001.0. Zeros are put back where only one reading is possible; each repair is said
    in a warning, and whatever has several readings is refused.

    Parameters
    ----------
    values
        Codes as text or whole numbers; full-width digits and spaces around them are cleaned. Null is refused.
    argument
        What messages call the column.

    Returns
    -------
    pandas.Series
        Text on the same index.

    Raises
    ------
    InputError
        If a code is missing or not a whole number, or digits of three or more lengths leave open how many zeros
        were lost.
    AlignmentError
        If putting zeros back would make two codes equal.

    Notes
    -----
    Repaired are digit codes of exactly two lengths, L − 1 and L ≥ 4, none beginning with 0: with a fixed width L,
    those of L − 1 digits lost one zero. One length is kept as it is; codes from one digit upwards are running
    numbers and are kept too. O(n).

    Examples
    --------
    >>> text_codes(pd.Series([110101.0, 110102.0])).tolist()
    ['110101', '110102']
    """
    missing = values.isna() | values.astype("string").str.strip().eq("").fillna(value=True)
    if missing.any():
        raise InputError(
            "`{argument}` is empty in {count} rows (rows {rows} of the file), so they belong to no unit. "
            "Fill in the codes, or delete those rows if they are totals or notes.",
            argument=argument,
            count=int(missing.sum()),
            rows=listed(position + HEADER_ROWS for position in missing.to_numpy().nonzero()[0]),
        )
    text = _cleaned(values, argument=argument)
    return _padded(text, argument=argument)


def _cleaned(values: pd.Series, *, argument: str) -> pd.Series:
    text = values.map(_as_text).astype(object)
    if text.str.fullmatch(r"\d+\.0+").all():
        return text.str.split(".").str[0]
    broken = text.str.fullmatch(r"-?\d+\.\d+|\d(\.\d+)?[eE]\+?\d+")
    if broken.any():
        raise InputError(
            "`{argument}` holds {codes}, which are numbers and not codes: digits were lost when they were stored. "
            "Export the table again with that column as text, or name another column.",
            argument=argument,
            codes=listed(text[broken]),
        )
    return text


def _as_text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return unicodedata.normalize("NFKC", str(value)).strip()


def _padded(text: pd.Series, *, argument: str) -> pd.Series:
    if not text.str.fullmatch(r"[1-9]\d*").all():
        return text  # letters, or zeros that are still there: nothing was lost
    lengths = sorted(text.str.len().unique())
    if len(lengths) < 2 or lengths[0] == 1 or lengths[-1] < SHORTEST_PADDED_CODE:  # noqa: PLR2004 - one width is whole
        return text
    width = lengths[-1]
    if lengths != [width - 1, width]:
        raise InputError(
            "`{argument}` has codes of {lengths} digits ({codes}), stored without leading zeros; how many zeros were "
            "lost cannot be told. Export the table again with that column as text.",
            argument=argument,
            lengths=listed(lengths),
            codes=listed(text.drop_duplicates().sort_values(key=lambda codes: codes.str.len()), most=3),
        )
    repaired = text.str.zfill(width)
    short = text.str.len() < width
    if repaired[short].isin(text[~short]).any():
        raise AlignmentError(
            "`{argument}` has {codes} both with and without its leading zero. Keep one of them.",
            argument=argument,
            codes=listed(repaired[short][repaired[short].isin(text[~short])]),
        )
    warnings.warn(
        GeoUrbanWarning(
            "`{argument}`: {count} codes had lost their leading zero ({codes}) and were filled up to {width} digits.",
            argument=argument,
            count=int(short.sum()),
            codes=listed((f"{old} → {new}" for old, new in zip(text[short], repaired[short], strict=True)), most=2),
            width=width,
        ),
        stacklevel=4,
    )
    return repaired


def match_codes(codes: pd.Index, reference: pd.Index, *, argument: str = "codes") -> pd.Index:
    """Return `codes` with leading zeros added or dropped where only that makes them meet `reference`.

    Parameters
    ----------
    codes
        Text codes to repair.
    reference
        Text codes of the other side of a join.
    argument
        What messages call `codes`.

    Returns
    -------
    pandas.Index
        Same order and length. A code is changed only if it is unknown to `reference` and exactly one unmatched
        reference code differs from it by leading zeros alone.

    Raises
    ------
    AlignmentError
        If two of `codes` would become the same.

    Examples
    --------
    >>> import warnings
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     match_codes(pd.Index(["1", "12"]), pd.Index(["01", "12"])).tolist()
    ['01', '12']
    """
    wanted = reference.difference(codes)
    bare: dict[str, list[str]] = {}
    for code in wanted:
        bare.setdefault(code.lstrip("0"), []).append(code)
    known = set(reference)
    changes = {
        code: bare[code.lstrip("0")][0]
        for code in codes
        if code not in known and code.isdigit() and len(bare.get(code.lstrip("0"), ())) == 1
    }
    if not changes:
        return codes
    matched: pd.Index = pd.Index([changes.get(code, code) for code in codes], name=codes.name)
    _require_distinct(matched, argument=argument)
    warnings.warn(
        GeoUrbanWarning(
            "`{argument}`: {count} codes differed from the boundaries' only by leading zeros ({codes}) and were "
            "matched.",
            argument=argument,
            count=len(changes),
            codes=listed((f"{old} → {new}" for old, new in changes.items()), most=2),
        ),
        stacklevel=3,
    )
    return matched


def _require_distinct(codes: pd.Index | Sequence[str], *, argument: str) -> None:
    index = pd.Index(codes)
    if not index.is_unique:
        raise AlignmentError(
            "`{argument}` has {codes} more than once, so a join would count them twice. "
            "Sum or delete the surplus rows of the file.",
            argument=argument,
            codes=listed(index[index.duplicated()].unique()),
        )
