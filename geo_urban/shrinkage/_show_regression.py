"""What maps and layer files show of a regression: where it is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_urban import __version__
from geo_urban.known_fields import descriptive_fields
from geo_urban.messages import Sentence
from geo_urban.palettes import diverging
from geo_urban.presentation import Breaks, Field, Presentation
from geo_urban.shrinkage._show import unit_layer

if TYPE_CHECKING:
    from geo_urban.shrinkage.regression_results import RegressionResult

__all__ = ["regression_presentation"]

_RESIDUALS = Breaks(limits=(-2.0, -1.0, 1.0, 2.0), colors=diverging(2, 2, neutral=True))


def regression_presentation(result: RegressionResult, *, source: str) -> Presentation:
    """Return the presentation of a regression.

    Raises
    ------
    GeometryError
        If the units have no geometry.
    """
    fields = (
        Field(
            column="residual_standardized",
            label="Residual in standard errors of the regression",
            decimals=2,
            classes=_RESIDUALS,
        ),
        *descriptive_fields(result.units),
        Field(column=result.response, label="Response", decimals=4),
        Field(column="fitted", label="Fitted by the ordinary model", decimals=4),
        Field(column="residual", label="Residual", decimals=4),
    )
    units, r2 = result.models.loc["ols", ["units", "r2"]].to_numpy(dtype=float)
    moran, p = result.diagnostics.loc["moran", ["statistic", "p"]].to_numpy(dtype=float)
    return Presentation(
        name="regression",
        title="Where change differs from what goes with the covariates",
        layers=(unit_layer("regression", "Units by residual", result.units, fields),),
        source=source,
        method=Sentence(
            "Least squares of {response} on {covariates}, {units} units; R² {r2:.2f}; Moran's I of the residuals "
            "{moran:.3f}, p = {p:.2g}.",
            response=result.response,
            covariates=", ".join(result.covariates),
            units=int(units),
            r2=r2,
            moran=moran,
            p=p,
        ),
        citation=f"geo_urban {__version__} (Python), geo_urban.shrinkage.change_regression, with spreg",
        cautions=result.cautions,
    )
