"""Evaluation: whether a probability of 0.8 is right four times out of five."""

import numpy as np

BINS = 10


def reliability(score: np.ndarray, right: np.ndarray, weight: np.ndarray | None = None, bins: int = BINS) -> list[dict]:
    """Per bin of the likeliest label's probability: how many, what was said on average, what was true."""
    weight = np.ones(len(score)) if weight is None else weight
    bin_of = np.minimum((score * bins).astype(int), bins - 1)
    rows = []
    for k in range(bins):
        inside = bin_of == k
        if not inside.any():
            continue
        total = weight[inside].sum()
        rows.append(
            {
                "from": k / bins,
                "to": (k + 1) / bins,
                "count": int(inside.sum()),
                "weight": float(total / weight.sum()),
                "said": float((weight * score)[inside].sum() / total),
                "right": float((weight * right)[inside].sum() / total),
            }
        )
    return rows


def expected_calibration_error(rows: list[dict]) -> float:
    """Mean distance of what was said from what was true, over the bins of `reliability`."""
    return float(sum(row["weight"] * abs(row["right"] - row["said"]) for row in rows))
