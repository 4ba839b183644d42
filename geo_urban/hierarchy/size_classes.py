"""Schemes of city size: the classes, their lower bounds, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import InputError

__all__ = ["TIER_SCHEMES", "Tier", "TierScheme", "tier_scheme"]

_STATE_COUNCIL = "State Council of China (2014): Guofa [2014] No. 51, lower bound inclusive"
_UNITED_NATIONS = "United Nations (2018): World Urbanization Prospects, size classes of urban agglomerations"
_OECD = "OECD (2024): urban population by city size, size classes of functional urban areas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """One class of city size.

    Parameters
    ----------
    name
        Value in the result.
    lower
        Least population of the class [persons], inclusive.
    label
        Name for a reader, with its limits; the name itself if empty.
    """

    name: str
    lower: float
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierScheme:
    """Classes of city size and where they come from.

    Parameters
    ----------
    name
        Short name, e.g. ``"china-2014"``.
    tiers
        Classes from the smallest, whose lower bound is 0, to the largest.
    source
        Document that defines them.

    Raises
    ------
    InputError
        If there is no class, the lower bounds do not ascend from 0, or a name stands twice.
    """

    name: str
    tiers: tuple[Tier, ...]
    source: str = ""

    def __post_init__(self) -> None:
        lowers = [tier.lower for tier in self.tiers]
        names = [tier.name for tier in self.tiers]
        if not lowers or lowers[0] != 0 or lowers != sorted(set(lowers)) or len(set(names)) < len(names):
            raise InputError(
                "the tiers of scheme {name} must have names of their own and lower bounds that ascend from 0, so that "
                "every city has one tier; got {tiers}.",
                name=self.name,
                tiers=listed(f"{tier.name} ≥ {tier.lower:g}" for tier in self.tiers),
            )


# The five classes and seven tiers of the State Council's notice of 2014, and two international schemes.
TIER_SCHEMES: dict[str, TierScheme] = {
    "china-2014": TierScheme(
        name="china-2014",
        source=_STATE_COUNCIL,
        tiers=(
            Tier(name="small", lower=0, label="Small city (under 500,000)"),
            Tier(name="medium", lower=500_000, label="Medium city (500,000 to 1 million)"),
            Tier(name="large", lower=1_000_000, label="Large city (1 to 5 million)"),
            Tier(name="very large", lower=5_000_000, label="Very large city (5 to 10 million)"),
            Tier(name="super-large", lower=10_000_000, label="Super-large city (10 million and more)"),
        ),
    ),
    "china-2014-seven": TierScheme(
        name="china-2014-seven",
        source=_STATE_COUNCIL,
        tiers=(
            Tier(name="small II", lower=0, label="Small city II (under 200,000)"),
            Tier(name="small I", lower=200_000, label="Small city I (200,000 to 500,000)"),
            Tier(name="medium", lower=500_000, label="Medium city (500,000 to 1 million)"),
            Tier(name="large II", lower=1_000_000, label="Large city II (1 to 3 million)"),
            Tier(name="large I", lower=3_000_000, label="Large city I (3 to 5 million)"),
            Tier(name="very large", lower=5_000_000, label="Very large city (5 to 10 million)"),
            Tier(name="super-large", lower=10_000_000, label="Super-large city (10 million and more)"),
        ),
    ),
    "un": TierScheme(
        name="un",
        source=_UNITED_NATIONS,
        tiers=(
            Tier(name="under 300,000", lower=0, label="Under 300,000 inhabitants"),
            Tier(name="300,000 to 500,000", lower=300_000, label="300,000 to 500,000 inhabitants"),
            Tier(name="500,000 to 1 million", lower=500_000, label="500,000 to 1 million inhabitants"),
            Tier(name="1 to 5 million", lower=1_000_000, label="1 to 5 million inhabitants"),
            Tier(name="5 to 10 million", lower=5_000_000, label="5 to 10 million inhabitants"),
            Tier(name="megacity", lower=10_000_000, label="Megacity (10 million inhabitants and more)"),
        ),
    ),
    "oecd": TierScheme(
        name="oecd",
        source=_OECD,
        tiers=(
            Tier(name="no urban area", lower=0, label="Too small for an urban area (under 50,000)"),
            Tier(name="small urban area", lower=50_000, label="Small urban area (50,000 to 200,000)"),
            Tier(name="medium-size urban area", lower=200_000, label="Medium-size urban area (200,000 to 500,000)"),
            Tier(name="metropolitan area", lower=500_000, label="Metropolitan area (500,000 to 1.5 million)"),
            Tier(
                name="large metropolitan area", lower=1_500_000, label="Large metropolitan area (1.5 million and more)"
            ),
        ),
    ),
}


def tier_scheme(scheme: str | TierScheme | Mapping[str, float]) -> TierScheme:
    """Return a scheme by its name, or make one from lower bounds.

    Parameters
    ----------
    scheme
        A name in `TIER_SCHEMES`, a scheme, or ``{tier: lower bound [persons]}`` with the smallest tier at 0.

    Returns
    -------
    TierScheme
        Classes from the smallest to the largest.

    Raises
    ------
    InputError
        If no scheme has the name, or the bounds make no scheme.

    Examples
    --------
    >>> [tier.name for tier in tier_scheme({"town": 0, "city": 50_000}).tiers]
    ['town', 'city']
    """
    if isinstance(scheme, TierScheme):
        return scheme
    if isinstance(scheme, Mapping):
        ordered = sorted(scheme.items(), key=lambda item: item[1])
        return TierScheme(name="own", tiers=tuple(Tier(name=str(name), lower=float(low)) for name, low in ordered))
    if scheme not in TIER_SCHEMES:
        raise InputError(
            "`scheme` is {scheme}, which is none of {known}. Take {near}, or give your own lower bounds, "
            'e.g. `{{"town": 0, "city": 50_000}}`.',
            scheme=scheme,
            known=listed(TIER_SCHEMES),
            near=nearest_name(scheme, list(TIER_SCHEMES)) or "china-2014",
        )
    return TIER_SCHEMES[scheme]
