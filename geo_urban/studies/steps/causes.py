"""Ask: what goes with loss and growth."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

import pandas as pd

from geo_urban.messages import Sentence, translate
from geo_urban.presentation import Scatter
from geo_urban.studies.covariates import study_covariates
from geo_urban.studies.neighbors import neighbor_rule
from geo_urban.studies.results import AnalysisOutput, KeyNumber
from geo_urban.studies.steps.bars import bars_of
from geo_urban.studies.steps.step import AnalysisStep, figure_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_urban.presentation import Presentation
    from geo_urban.shrinkage import RegressionResult
    from geo_urban.studies.context import StudyContext
    from geo_urban.studies.covariates import Covariates

__all__ = ["CAUSES"]

TITLE = "What goes with loss and growth?"
NO_P = (
    "No p stands beside a correlation: neighbors resemble each other, so units are worth fewer independent ones than "
    "their number."
)


def _run(context: StudyContext) -> AnalysisOutput:
    from geo_urban.shrinkage import change_regression, population_change

    start, end = context.column("population")
    changed = population_change(context.units, start=start, end=end, years=context.study.elapsed_years).units
    known = study_covariates(context)
    names = [str(name) for name in known.table.columns]
    kept = changed.drop(columns=[name for name in names if name in changed.columns])
    units = kept.join(known.table)
    response = context.study.causes.response
    result = change_regression(units, context.graph, covariates=names, response=response)
    words = {response: RESPONSES[response]} | {field.column: field.label for field in known.fields}
    tables = _tables(result, known, words)
    shown = _shown(result, known, context, words)
    return AnalysisOutput(
        name="causes",
        title=TITLE,
        tables=tables | {"causes_units": context.table(_measured(result, context))},
        headline=tuple(tables),
        presentations=(shown,),
        key_numbers=_key_numbers(result),
        charts=bars_of(
            _in_words(tables["causes_coefficients"], words).drop(index=["constant", "neighbors"]),
            {f"{model}_per_deviation": words for model, words in MODELS.items()},
            name="causes",
            title="Change by one standard deviation of a covariate",
            unit="%" if response == "change_share" else "",
            scale=100 if response == "change_share" else 1,
            decimals=1 if response == "change_share" else 2,
        ),
        method=shown.method,
        citation=shown.citation,
        source=context.source,
        cautions=(result.advice, *result.cautions, NO_P, *_cautions(known, result)),
    )


CAUSES = AnalysisStep(name="causes", title=TITLE, needs=frozenset({"population"}), run=_run, check=study_covariates)

MODELS = {"ols": "Ordinary model", "lag": "Lag model", "error": "Error model"}
RESPONSES = {
    "change_log": Sentence("Log change of residents"),
    "change_share": Sentence("Change of residents"),
}
TERMS = {
    "constant": "constant",
    "neighbors": "share taken over from the neighbors (lag model: of their change; error model: of their residual)",
}
TESTS = {
    "moran": "do neighbors err alike? (Moran's I)",
    "lm_lag": "does change go with the neighbors' change? (Lagrange multiplier, lag)",
    "lm_error": "do neighbors share what is not in the table? (Lagrange multiplier, error)",
    "robust_lm_lag": "the first, whatever the second says (robust)",
    "robust_lm_error": "the second, whatever the first says (robust)",
    "koenker_bassett": "are errors of unequal size? (Koenker and Bassett)",
    "jarque_bera": "are errors other than normal? (Jarque and Bera)",
}


def _tables(result: RegressionResult, known: Covariates, words: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    """Return correlations with change, coefficients side by side, models, tests, and what the covariates mean."""
    from geo_urban.shrinkage import correlation_table

    pairs = correlation_table(result.units, [result.response, *result.covariates])
    tables = {
        "causes_correlations": _worded(
            pd.DataFrame(pairs.xs(result.response, level="one")).rename_axis("covariate"), words
        ),
        "causes_coefficients": _worded(_side_by_side(result), TERMS | dict(words)),
        "causes_models": _worded(result.models, MODELS),
        "causes_tests": _worded(result.diagnostics, TESTS),
    }
    if len(result.covariates) > 1:
        tables["causes_covariates"] = (
            pairs.drop(index=result.response, level="one").rename_axis(["covariate", "other_covariate"]).reset_index()
        )
    if (known.meanings["meaning"] != "").any():
        tables["causes_meanings"] = known.meanings
    return tables


def _worded(table: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    """Return a table with what its rows mean in the first column, in the reader's language."""
    table = table.copy()
    table.insert(0, "meaning", [translate(words[str(name)]) for name in table.index])
    return table


def _in_words(table: pd.DataFrame, words: Mapping[str, str]) -> pd.DataFrame:
    return table.rename(index={name: translate(label) for name, label in words.items()})


def _side_by_side(result: RegressionResult) -> pd.DataFrame:
    """Return one row per term with the three models beside each other."""
    columns = ("coefficient", "standard_error", "p", "per_deviation")
    terms = ["constant", *result.covariates, "neighbors"]
    parts = {
        f"{model}_{column}": result.coefficients[column].xs(model, level="model").reindex(terms)
        for model in MODELS
        for column in columns
    }
    impacts = {f"lag_{name}": result.impacts[name].reindex(terms) for name in ("direct", "indirect", "total")}
    table = pd.DataFrame({**parts, **impacts, "vif": result.collinearity.reindex(terms)})
    return table.rename_axis("term")


def _measured(result: RegressionResult, context: StudyContext) -> pd.DataFrame:
    described = [name for name in ("name", context.group) if name is not None and name in result.units.columns]
    measures = [result.response, *result.covariates, "fitted", "residual", "residual_standardized"]
    return pd.DataFrame(result.units[list(dict.fromkeys([*described, *measures]))])


def _shown(
    result: RegressionResult, known: Covariates, context: StudyContext, words: Mapping[str, str]
) -> Presentation:
    """Return the map of residuals, with the covariates of each unit beside it and a chart of what was expected."""
    shown = context.shown(result.layers(source=context.source))
    layer = shown.layers[0]
    fields = tuple(
        replace(field, label=words[result.response]) if field.column == result.response else field
        for field in layer.fields
    )
    values = result.units[["fitted", result.response]].to_numpy(dtype=float)
    low, high = float(pd.Series(values.ravel()).min()), float(pd.Series(values.ravel()).max())
    chart = Scatter(
        title="Change, and what the covariates lead one to expect",
        layer=layer.name,
        x="fitted",
        y=result.response,
        lines=((low, low, high, high),),
    )
    return replace(
        shown,
        name="causes",
        layers=(replace(layer, fields=(*fields, *known.fields)), *shown.layers[1:]),
        charts=(chart,),
        method=_method(result, context, words),
    )


def _method(result: RegressionResult, context: StudyContext, words: Mapping[str, str]) -> str:
    listed = [words[name] for name in result.covariates]
    covariates = reduce(lambda one, other: Sentence("{one}; {other}", one=one, other=other), listed)
    return Sentence(
        "{response}, explained by: {covariates}. {units} units; least squares, R² {r2:.2f}; Moran's I of the residuals "
        "{moran:.3f}, p = {p:.2g}; lag and error models by maximum likelihood. {neighbors}",
        response=words[result.response],
        covariates=covariates,
        units=int(figure_of(result.models, "ols", "units")),
        r2=figure_of(result.models, "ols", "r2"),
        moran=figure_of(result.diagnostics, "moran", "statistic"),
        p=figure_of(result.diagnostics, "moran", "p"),
        neighbors=neighbor_rule(context.study.neighbors),
    )


def _key_numbers(result: RegressionResult) -> tuple[KeyNumber, ...]:
    return (
        KeyNumber(label="Share of the differences in change that goes with the covariates (R²)", value=figure_of(
            result.models, "ols", "r2"), unit="%", scale=100),
        KeyNumber(label="Moran's I of the residuals", value=figure_of(result.diagnostics, "moran", "statistic"),
                  decimals=3),
        KeyNumber(label="Units in the regression", value=figure_of(result.models, "ols", "units")),
    )  # fmt: skip


def _cautions(known: Covariates, result: RegressionResult) -> tuple[str, ...]:
    left_out = len(result.without_value) + len(result.isolates)
    labels = {field.column: field.label for field in known.fields}
    said: list[str] = [
        Sentence("{measure}: {caution}.", measure=labels[str(name)], caution=Sentence(str(caution)))
        for name, caution in known.meanings["caution"].items()
        if caution
    ]
    if left_out:
        said.append(
            Sentence("Units without a figure or a neighbor are not in the regression: {count}.", count=left_out)
        )
    return tuple(said)
