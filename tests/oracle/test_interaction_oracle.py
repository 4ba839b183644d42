"""Interaction beside the formulae written out pair by pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_urban.agglomerations import calibrate_gravity, dominant_flows, gravity, huff, potential, radiation
from geo_urban.errors import AlignmentError, InputError, InsufficientDataError

LABELS = [f"p{number}" for number in range(9)]


@pytest.fixture
def places() -> tuple[pd.Series, pd.DataFrame]:
    random = np.random.default_rng(7)
    points = random.uniform(0, 300, (9, 2))
    cost = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    mass = pd.Series(random.lognormal(12, 1, 9), index=LABELS)
    return mass, pd.DataFrame(cost, index=LABELS, columns=LABELS)


def test_radiation_pair_by_pair(places: tuple[pd.Series, pd.DataFrame]) -> None:
    mass, cost = places
    flows = radiation(mass, cost)
    for here in LABELS:
        for there in LABELS:
            if here == there:
                assert flows.loc[here, there] == 0
                continue
            # Simini 2012, equation 2, and the factor of a finite system: everybody leaves for somewhere.
            nearer = sum(
                mass[k] for k in LABELS if k not in (here, there) and cost.loc[here, k] < cost.loc[here, there]
            )
            share = mass[here] * mass[there] / ((mass[here] + nearer) * (mass[here] + mass[there] + nearer))
            expected = mass[here] * share / (1 - mass[here] / mass.sum())
            assert flows.loc[here, there] == pytest.approx(expected, rel=1e-12)
    assert flows.sum(axis=1).to_numpy() == pytest.approx(mass.to_numpy(), rel=1e-9)


def test_poisson_fit_solves_its_own_equations(places: tuple[pd.Series, pd.DataFrame]) -> None:
    mass, cost = places
    seen = gravity(mass, cost, cost_exponent=1.3, constant=1e-6) * np.random.default_rng(1).uniform(0.5, 1.5, (9, 9))
    fit = calibrate_gravity(mass, cost, seen)
    modelled = gravity(mass, cost, **fit.drop(["pairs", "deviance_explained"]).to_dict())
    # First-order conditions of Poisson: totals and log-weighted totals are kept.
    away = np.log(cost.where(cost > 0)).fillna(0)
    assert modelled.to_numpy().sum() == pytest.approx(seen.to_numpy().sum(), rel=1e-8)
    assert (modelled * away).to_numpy().sum() == pytest.approx((seen * away).to_numpy().sum(), rel=1e-8)
    assert 0 < fit["deviance_explained"] < 1


def test_rows_in_any_order(places: tuple[pd.Series, pd.DataFrame]) -> None:
    mass, cost = places
    turned = mass.iloc[::-1]
    pd.testing.assert_frame_equal(gravity(turned, cost).loc[LABELS, LABELS], gravity(mass, cost))
    pd.testing.assert_frame_equal(radiation(turned, cost).loc[LABELS, LABELS], radiation(mass, cost))
    assert huff(mass, cost).sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_chains_of_dependence_end_at_a_larger_place() -> None:
    # c sends most to b, b to a, a to b: a receives most (8), so it stands alone and all depend on it in the end.
    trips = pd.DataFrame([[0, 2, 1], [7, 0, 0], [1, 4, 0]], index=list("abc"), columns=list("abc"))
    found = dominant_flows(trips)
    assert found["destination"].tolist() == ["b", "a", "b"]
    assert found["dependent"].tolist() == [False, True, True]
    assert found["center"].tolist() == ["a", "a", "a"]


def test_places_without_a_way_or_people() -> None:
    cost = pd.DataFrame([[0, np.inf], [np.inf, 0]], index=list("ab"), columns=list("ab"))
    mass = pd.Series({"a": 3.0, "b": 0.0})
    assert gravity(mass, cost).to_numpy().sum() == 0
    assert radiation(mass, cost).to_numpy().sum() == 0
    assert potential(mass, cost).tolist() == [3.0, 0.0]
    with pytest.raises(InsufficientDataError, match="0 pairs of places have people and a way"):
        calibrate_gravity(mass, cost, cost.replace(np.inf, 1))
    with pytest.raises(InputError, match="`mass` is missing, infinite or negative for b"):
        gravity(pd.Series({"a": 1.0, "b": -1.0}), cost)
    with pytest.raises(AlignmentError, match="`cost` has no row or no column for b"):
        gravity(mass, cost.drop(columns="b"))
    with pytest.raises(InputError, match="`cost` has 2 missing or negative values"):
        gravity(mass, cost.replace(np.inf, np.nan))
