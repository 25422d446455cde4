"""What an improvement or a training brought for what it cost. All amounts of one call are in one currency."""


def return_percent(benefits: float, cost: float) -> float | None:
    """Return on a training's cost, in percent; None when it cost nothing.

    Source: docs/indicators.md#return-on-training.
    """
    return (benefits - cost) * 100 / cost if cost > 0 else None


def benefit_cost_ratio(benefits: float, cost: float) -> float | None:
    """None when it cost nothing. Source: docs/indicators.md#benefit-cost-ratio."""
    return benefits / cost if cost > 0 else None


def payback_months(cost: float, monthly_benefit: float) -> float | None:
    """Months until the benefit has paid the cost; None when there is no benefit to pay it with.

    Source: docs/indicators.md#payback.
    """
    return cost / monthly_benefit if monthly_benefit > 0 else None


def saving(*, unit_cost_before: float, unit_cost_after: float, volume: float, one_off_cost: float = 0.0) -> float:
    """What an improvement saves over `volume` units, less what it cost once; negative when it does not pay.

    Source: docs/indicators.md#saving-of-an-improvement.
    """
    return (unit_cost_before - unit_cost_after) * volume - one_off_cost
