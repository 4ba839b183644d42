"""The rank-size rule: how fast cities get smaller from rank to rank, and which cities it does not fit."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
import pandas as pd

from geo_urban.checks import listed, nearest_name
from geo_urban.errors import GeoUrbanWarning, InputError, InsufficientDataError
from geo_urban.figures import figure_columns, figures, group_labels
from geo_urban.hierarchy._power_tail import FEWEST_IN_TAIL
from geo_urban.hierarchy._rank_size_rules import FITS, residuals

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from geo_urban.hierarchy._rank_size_rules import Fit
    from geo_urban.presentation import Presentation

__all__ = ["RankSizeMethod", "RankSizeResult", "rank_size", "rank_size_table"]

RankSizeMethod = Literal["ols", "hill", "mle", "lotka"]

CUT = (
    "`min_population` = {threshold:,.0f} leaves out {count} of {cities} cities. The exponent depends on where the "
    "sample is cut: name the threshold with it, and try others."
)
_MIDDLE_LAST = 10
_SAME_NAMES = (
    "zeta", "alpha", "r_squared", "distance", "p_value", "likelihood_ratio", "likelihood_ratio_p",
    "missing_middle", "missing_middle_population",
)  # fmt: skip
_GROUP_COLUMNS = (
    "cities", "tail_size", "min_population", "exponent", "standard_error", "low", "high", "zeta", "alpha",
    "r_squared", "missing_middle", "missing_middle_population", "largest",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankSizeResult:
    """A fitted rank-size rule and every city's distance from it.

    Parameters
    ----------
    method
        How it was fitted; see `rank_size`.
    exponent
        What the method estimates: ζ of the rank rule, or with ``"lotka"`` the slope q of size on rank.
    standard_error
        Its asymptotic standard error.
    interval
        Its two-sided normal interval, cut at 0.
    confidence
        Coverage of the interval.
    zeta
        Rank exponent ζ: rank falls as size^−ζ. 1 is Zipf's rule; smaller is more uneven.
    r_squared
        Share of the variance of the logarithms explained; NaN where the method is no regression.
    n
        Cities with residents.
    tail_size
        Cities that the rule was fitted to.
    min_population
        Least size of the tail [persons].
    distance
        Kolmogorov–Smirnov distance of tail and rule; NaN for regressions.
    p_value
        Share of samples of the fitted law that lie as far from their own fit; small speaks against a power law. NaN for
        regressions, or without replicates.
    likelihood_ratio
        Vuong's normalised log likelihood ratio of the power law over the lognormal on the tail; negative speaks for
        the lognormal. NaN for regressions.
    likelihood_ratio_p
        Its two-sided p.
    cities
        On the input's index: `population`, `rank` (equal cities share the smallest), `in_tail`, `fitted_population`,
        `residual` (ln of population over fitted; positive: larger than its rank), sorted by rank.
    """

    method: RankSizeMethod
    exponent: float
    standard_error: float
    interval: tuple[float, float]
    confidence: float
    zeta: float
    r_squared: float
    n: int
    tail_size: int
    min_population: float
    distance: float
    p_value: float
    likelihood_ratio: float
    likelihood_ratio_p: float
    cities: pd.DataFrame

    @property
    def alpha(self) -> float:
        """Density exponent α = ζ + 1: sizes have the density S^−α."""
        return self.zeta + 1

    @property
    def missing_middle(self) -> float:
        """Residents that ranks 2 to 10 lack of what the rule gives them, as a share of the latter; negative: a surplus.

        With fewer than ten cities in the tail, as far as it goes.
        """
        fitted = self._middle()["fitted_population"].sum()
        return float(self.missing_middle_population / fitted) if fitted else np.nan

    @property
    def missing_middle_population(self) -> float:
        """The same in persons."""
        middle = self._middle()
        return float((middle["fitted_population"] - middle["population"]).sum())

    def _middle(self) -> pd.DataFrame:
        tail = self.cities[self.cities["in_tail"]]
        return tail.iloc[1:_MIDDLE_LAST]

    def summary(self) -> pd.DataFrame:
        """Return the fit in one row.

        Returns
        -------
        pandas.DataFrame
            Index ``"fit"``; `method`, `cities`, `tail_size`, `min_population` [persons], `exponent`, `standard_error`,
            `low` and `high` (interval), `zeta`, `alpha`, `r_squared`, `distance`, `p_value`, `likelihood_ratio`,
            `likelihood_ratio_p`, `missing_middle` [fraction] and `missing_middle_population` [persons].
        """
        low, high = self.interval
        row = {
            "method": self.method,
            "cities": self.n,
            "tail_size": self.tail_size,
            "min_population": self.min_population,
            "exponent": self.exponent,
            "standard_error": self.standard_error,
            "low": low,
            "high": high,
        } | {name: getattr(self, name) for name in _SAME_NAMES}
        return pd.DataFrame(row, index=pd.Index(["fit"], name="rank_size"))

    def layers(self, places: gpd.GeoDataFrame, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows of this result.

        Parameters
        ----------
        places
            The cities' geometry and names, on the same index; cities without a row here are left out.
        source
            Where the counts come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of cities, coloured by how far their size is from the rule.

        Raises
        ------
        GeometryError
            If `places` has no geometry.
        """
        from geo_urban.hierarchy._show_rank_size import rank_size_presentation

        return rank_size_presentation(self, places, source=source)


def rank_size(
    population: pd.Series,
    *,
    method: RankSizeMethod = "ols",
    min_population: float | None = None,
    confidence: float = 0.95,
    replicates: int = 1000,
    seed: int = 0,
) -> RankSizeResult:
    """Fit the rank-size rule to cities and say which are larger or smaller than their rank.

    How even a system of cities is, and where its second tier is missing. With ζ = 1 the second city has half the
    residents of the first, the third a third (Zipf); a smaller ζ means that few cities hold more.

    Parameters
    ----------
    population
        Residents per city [persons], one base for all. Missing figures and cities without residents are left out, and
        have no rank. Equal cities share a rank; which comes first changes nothing.
    method
        ``"ols"``: ln(rank − ½) on ln size. ``"hill"``: Hill's estimator on all cities, or on those from
        `min_population` on. ``"mle"``: maximum likelihood from a threshold on, which is chosen by Kolmogorov–Smirnov
        distance where `min_population` is not given. ``"lotka"``: ln size on ln rank, whose slope q is 1/ζ.
    min_population
        Smallest city that counts [persons]; None for all (with ``"mle"``: chosen). A cut is warned of.
    confidence
        Coverage of the interval, between 0 and 1.
    replicates
        Samples for the goodness of fit of ``"hill"`` and ``"mle"``; 0 for none. Its p is exact to about
        1 / (2√replicates).
    seed
        Seed of these samples.

    Returns
    -------
    RankSizeResult
        Exponents, their error, the fit, `cities` with residuals, `missing_middle`, `summary` and `layers`.

    Raises
    ------
    InputError
        If a code stands twice, a figure is not numeric, negative or infinite, or an option is out of its range.
    InsufficientDataError
        If fewer than three cities have residents or reach the threshold, or all of them are equal.

    Warns
    -----
    GeoUrbanWarning
        If `min_population` leaves cities out.

    Notes
    -----
    OLS: ln(r − ½) = a − ζ ln S with the standard error ζ√(2/n); that of ordinary regression is far too small, because
    ranks are not independent. Hill: ζ = (n − 1) / Σ ln(S/S_min), S_min the smallest city kept, error ζ/√n. Maximum
    likelihood: ζ = n / Σ ln(S/x_min), error ζ/√n, with x_min taken as known. Lotka: ln S = b − q ln r, error q√(2/n).
    The density exponent of physics is α = ζ + 1. O(n log n); choosing a threshold O(n) in memory and O(n²) at worst.

    References
    ----------
    Gabaix, X., Ibragimov, R. (2011). Rank − 1/2. Journal of Business & Economic Statistics 29(1), 24–39.
    doi:10.1198/jbes.2009.06157. Hill, B. M. (1975). Annals of Statistics 3(5), 1163–1174.
    doi:10.1214/aos/1176343247. Clauset, A., Shalizi, C. R., Newman, M. E. J. (2009). Power-law distributions in
    empirical data. SIAM Review 51(4), 661–703. doi:10.1137/070710111. Lotka, A. J. (1925). Elements of Physical
    Biology. Vuong, Q. H. (1989). Econometrica 57(2), 307–333. doi:10.2307/1912557.

    Examples
    --------
    Zipf's rule itself, and its slope of size on rank:

    >>> zipf = pd.Series([12_000_000 / rank for rank in range(1, 13)])
    >>> round(rank_size(zipf, method="lotka").exponent, 6)
    1.0
    >>> result = rank_size(pd.Series({"A": 900_000, "B": 200_000, "C": 150_000, "D": 100_000}), method="lotka")
    >>> result.cities["rank"].tolist(), round(result.zeta, 3)
    ([1.0, 2.0, 3.0, 4.0], 0.641)
    """
    people = figures(population, argument="population")
    _require_options(method, min_population, confidence, replicates)
    sizes = np.sort(people[people > 0].to_numpy())
    kept = sizes if min_population is None else sizes[sizes >= min_population]
    _require_spread(kept, min_population)
    if min_population is not None and len(kept) < len(sizes):
        warnings.warn(
            GeoUrbanWarning(CUT, threshold=min_population, count=len(sizes) - len(kept), cities=len(sizes)),
            stacklevel=2,
        )
    fit = FITS[method](sizes if method == "mle" else kept, min_population, replicates, seed)
    return _result(people.rename("population"), method, fit, len(sizes), confidence)


def rank_size_table(
    cities: pd.DataFrame,
    *,
    by: str,
    population: str = "population_2020",
    method: RankSizeMethod = "ols",
    min_population: float | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Fit the rank-size rule within each group of cities, e.g. provinces or macro-regions.

    Parameters
    ----------
    cities
        One row per city.
    by
        Column that groups the cities.
    population
        Column of residents [persons].
    method, min_population, confidence
        See `rank_size`; no goodness of fit is drawn.

    Returns
    -------
    pandas.DataFrame
        One row per group in order of appearance, then ``"total"``: `cities` (with residents), `tail_size`,
        `min_population`, `exponent`, `standard_error`, `low`, `high`, `zeta`, `alpha`, `r_squared`, `missing_middle`,
        `missing_middle_population`, `largest` (code of the largest city). A group of fewer than three cities, or of
        equal ones, has only its count.

    Raises
    ------
    InputError
        If a column is missing or has a fault, a city belongs to no group, or an option is out of its range.
    InsufficientDataError
        If there are no rows.

    Warns
    -----
    GeoUrbanWarning
        If `min_population` leaves cities out.

    Examples
    --------
    >>> cities = pd.DataFrame({"population_2020": [600, 300, 200, 500, 500], "province": ["A", "A", "A", "B", "B"]},
    ...                       index=["a1", "a2", "a3", "b1", "b2"])
    >>> rank_size_table(cities, by="province", method="lotka")[["cities", "exponent", "largest"]].round(6)
              cities  exponent largest
    province
    A              3  1.000000      a1
    B              2       NaN     NaN
    total          5  0.613423      a1
    """
    people = figure_columns(cities, [population], argument="cities")[population]
    groups = group_labels(cities, by, argument="cities")
    _require_options(method, min_population, confidence, 0)
    parts = {str(name): rows for name, rows in people.groupby(groups, sort=False, observed=True)} | {"total": people}
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always", GeoUrbanWarning)
        rows = {
            name: _group_row(part, method=method, min_population=min_population, confidence=confidence)
            for name, part in parts.items()
        }
    if said:  # the cut of all cities together says it once
        warnings.warn(said[-1].message, stacklevel=2)
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(_GROUP_COLUMNS)).rename_axis(by)


def _group_row(
    people: pd.Series, *, method: RankSizeMethod, min_population: float | None, confidence: float
) -> dict[str, object]:
    try:
        result = rank_size(people, method=method, min_population=min_population, confidence=confidence, replicates=0)
    except InsufficientDataError:
        return {"cities": int((people > 0).sum())}
    row = {str(key): value for key, value in result.summary().iloc[0].items()} | {"largest": result.cities.index[0]}
    return {column: row[column] for column in _GROUP_COLUMNS}


def _result(people: pd.Series, method: RankSizeMethod, fit: Fit, cities: int, confidence: float) -> RankSizeResult:
    from scipy.stats import norm

    reach = float(norm.ppf(0.5 + confidence / 2)) * fit.error
    return RankSizeResult(
        method=method,
        exponent=float(fit.exponent),
        standard_error=float(fit.error),
        interval=(max(0.0, float(fit.exponent - reach)), float(fit.exponent + reach)),
        confidence=confidence,
        zeta=float(fit.zeta),
        r_squared=fit.r_squared,
        n=cities,
        tail_size=fit.count,
        min_population=float(fit.threshold),
        distance=fit.distance,
        p_value=fit.p_value,
        likelihood_ratio=fit.ratio,
        likelihood_ratio_p=fit.ratio_p,
        cities=residuals(people, fit),
    )


def _require_options(method: str, min_population: float | None, confidence: float, replicates: int) -> None:
    known = list(get_args(RankSizeMethod))
    if method not in known:
        raise InputError(
            "`method` is {method}, which is none of {known}. Take {near}.",
            method=str(method),
            known=listed(known),
            near=nearest_name(str(method), known) or "ols",
        )
    if min_population is not None and not (min_population > 0 and np.isfinite(min_population)):
        raise InputError(
            "`min_population` is {value}; the smallest city that counts has residents. Pass a positive number, or "
            "None.",
            value=min_population,
        )
    if not 0 < confidence < 1:
        raise InputError("`confidence` is {value}; it must lie between 0 and 1, e.g. 0.95.", value=confidence)
    if replicates < 0:
        raise InputError("`replicates` is {value}; pass 0 for none, or e.g. 1000.", value=replicates)


def _require_spread(sizes: NDArray[np.float64], min_population: float | None) -> None:
    if len(sizes) < FEWEST_IN_TAIL:
        raise InsufficientDataError(
            "{count} cities have residents{threshold}; a rank-size rule needs three. Take a larger region or a lower "
            "threshold.",
            count=len(sizes),
            threshold="" if min_population is None else f" (≥ {min_population:,.0f})",
        )
    if sizes[0] == sizes[-1]:
        raise InsufficientDataError(
            "all {count} cities have {size:,.0f} residents, so size does not fall with rank and no exponent exists.",
            count=len(sizes),
            size=float(sizes[0]),
        )
