"""What a regression of change says, and what it does not: tables, tests, advice, and the map of what is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo_urban.exploring import Explorable
from geo_urban.messages import Sentence

if TYPE_CHECKING:
    import pandas as pd

    from geo_urban.presentation import Presentation

__all__ = ["CAUTIONS", "RegressionResult"]

CAUTIONS = (
    "A coefficient says how places differ, not what would happen if one of them were changed.",
    "Loss itself changes age, schooling and jobs: only figures from before the change can stand behind it.",
    "What is not in the table may drive both sides; neighbors that resemble each other hide it well.",
    "Places are not people: what holds among counties need not hold among their residents.",
)
"""What nobody may conclude from these models."""

_MANY_TWINS = 10.0
_LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RegressionResult(Explorable):
    """A response and its covariates in three models: without neighbors, with their response, with their errors.

    Parameters
    ----------
    units
        The input's rows and columns, and per unit: `fitted` and `residual` of the ordinary model [units of the
        response], `residual_standardized` [standard errors of the regression]; missing for units that are left out.
    coefficients
        One row per model (``"ols"``, ``"lag"``, ``"error"``) and term (``"constant"``, the covariates, and
        ``"neighbors"``: ρ of the lag model, λ of the error model): `coefficient`, `standard_error`, `statistic`
        (t or z), `p`, and `per_deviation`: difference in the response that goes with a covariate one standard deviation
        higher.
    models
        One row per model: `units`, `r2` (of the spatial models the squared correlation of fitted and observed values),
        `log_likelihood`, `aic`, `bic`.
    diagnostics
        One row per test on the residuals of the ordinary model: `statistic`, `df`, `p`. ``"moran"`` has Moran's I in
        `statistic` and its score in `score`.
    collinearity
        Per covariate its variance inflation factor `vif`: 1 if it has nothing in common with the others, above 10 it
        can hardly be told apart from them.
    impacts
        Per covariate in the lag model: `direct`, `indirect` and `total` difference, feedback through neighbors
        included (mean over units).
    response, covariates
        Columns used.
    without_value, isolates
        Units left out, by code: those that lack a figure, and those without a neighbor that has them all.
    """

    units: pd.DataFrame
    coefficients: pd.DataFrame
    models: pd.DataFrame
    diagnostics: pd.DataFrame
    collinearity: pd.Series
    impacts: pd.DataFrame
    response: str
    covariates: tuple[str, ...]
    without_value: tuple[object, ...]
    isolates: tuple[object, ...]

    @property
    def cautions(self) -> tuple[str, ...]:
        """What nobody may conclude, in words; more of it where covariates resemble each other."""
        twins = self.collinearity[self.collinearity > _MANY_TWINS]
        if twins.empty:
            return CAUTIONS
        return (
            *CAUTIONS,
            Sentence(
                "These covariates can hardly be told apart, so their single coefficients mean little: {names}.",
                names=", ".join(map(str, twins.index)),
            ),
        )

    @property
    def advice(self) -> str:
        """Which of the three models the tests on the residuals speak for, in words.

        Anselin's rule: without a significant test the ordinary model; else the model whose test is significant, and if
        both are, the one whose robust test is more so.
        """
        p = self.diagnostics["p"]
        if min(p["lm_lag"], p["lm_error"]) > _LEVEL:
            return Sentence("The residuals show no trace of neighbors: the ordinary model will do.")
        both = max(p["lm_lag"], p["lm_error"]) <= _LEVEL
        lag, error = ("robust_lm_lag", "robust_lm_error") if both else ("lm_lag", "lm_error")
        if p[lag] <= p[error]:
            return Sentence(
                "The residuals speak for the lag model: a unit's response goes with that of its neighbors. "
                "Standard errors of the ordinary model are not to be trusted."
            )
        return Sentence(
            "The residuals speak for the error model: neighbors share causes that are not in the table. "
            "Standard errors of the ordinary model are not to be trusted."
        )

    def summary(self) -> pd.DataFrame:
        """Return the coefficients of the models side by side.

        Returns
        -------
        pandas.DataFrame
            One row per term; columns by model (first level) and `coefficient`, `standard_error`, `p` (second level),
            and `vif` of the covariates.
        """
        import pandas as pd

        shown = ["coefficient", "standard_error", "p"]
        models = {str(model): self.coefficients.loc[str(model), shown] for model in self.models.index}
        table: pd.DataFrame = pd.concat(models, axis=1)
        table = table.reindex(["constant", *self.covariates, "neighbors"])
        table["", "vif"] = self.collinearity
        return table

    def layers(self, *, source: str = "Figures given by the user.") -> Presentation:
        """Return what a map page or a layer file shows: where the ordinary model is wrong.

        Parameters
        ----------
        source
            Where the figures come from, in words.

        Returns
        -------
        geo_urban.presentation.Presentation
            One layer of units, by residual in standard errors.

        Raises
        ------
        GeometryError
            If the units have no geometry.
        """
        from geo_urban.shrinkage._show_regression import regression_presentation

        return regression_presentation(self, source=source)
