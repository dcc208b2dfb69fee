"""The card: how flows were judged, how far a probability can be trusted, and what simple detectors do."""

from card_text import interval, missing, percent, small, table, thousands
from threshold_rules import RULES as TEXTBOOK

def by_flow(flows) -> list[str]:
    if flows is None:
        return missing("Per flow", "flows")
    report = flows["report"]
    classes = [
        (
            name,
            thousands(row["flows"]),
            row["captures"],
            row["sources"],
            f"{row['precision']:.3f} ({interval(row['precision_interval'])})" if row["said"] else "never said",
            f"{row['recall']:.3f} ({interval(row['recall_interval'])})",
            f"{row['f1']:.3f}",
        )
        for name, row in report["by_class"].items()
    ]
    names = list(report["confusion"])
    columns = sorted({label for row in report["confusion"].values() for label in row})
    matrix = [(name, *(thousands(report["confusion"][name].get(label, 0)) for label in columns)) for name in names]
    return [
        "## Per flow",
        "",
        f"{thousands(report['flows'])} flows that a rule labels, in their natural numbers, each judged by a model that saw"
        f" nothing of its source; {thousands(report['left_out'])} flows of attack captures that no rule picks, and those of"
        " captures whose label is contradicted or unclear are left out."
        " A flow without a detection counts as Normal. Intervals (Wilson, 95 %, in %) count flows as independent; those of"
        " one capture are not, so the truth is wider.",
        "",
        f"Macro-F1 **{report['macro_f1']:.3f}** over {len(classes)} labels, {report['macro_f1_attacks']:.3f} over the attacks."
        f" False alarms: {report['false_alarms_per_1000_benign_flows']:.2f} per 1,000 benign flows,"
        f" {report['false_alarms_per_benign_capture']:.2f} per benign capture.",
        "",
        *table(["label", "flows", "captures", "sources", "precision", "recall", "F1"], classes),
        "### What was said of what (rows: the truth)",
        "",
        *table(["", *columns], matrix),
        *calibration(report),
        *prevalence(report),
    ]


def calibration(report: dict) -> list[str]:
    if "reliability_by_flows" not in report:
        return []
    by_capture = {row["from"]: row for row in report["reliability_by_captures"]}
    rows = [
        (
            f"{row['from']:.1f}–{row['to']:.1f}",
            thousands(row["count"]),
            f"{row['said']:.3f}",
            f"{row['right']:.3f}",
            f"{by_capture[row['from']]['said']:.3f}",
            f"{by_capture[row['from']]['right']:.3f}",
        )
        for row in report["reliability_by_flows"]
    ]
    return [
        "### Calibration",
        "",
        f"Of the likeliest label's probability: expected calibration error **{report['ece_by_flows']:.3f}** over flows in their"
        f" natural numbers (floods weigh most), {report['ece_by_captures']:.3f} where every capture weighs the same; ten bins.",
        "",
        *table(["probability", "flows", "said", "right", "said, captures the same", "right, captures the same"], rows),
    ]


def prevalence(report: dict) -> list[str]:
    rows = []
    for name, row in report["prevalence"].items():
        cells = []
        for at in row["at"]:
            seen = "–" if at["precision"] is None else percent(at["precision"])
            cells.append(f"{seen} (≥ {percent(at['at_least'])})")
        low_high = row["false_positive_interval"]
        rows.append(
            (
                name,
                f"{row['recall']:.3f}",
                f"{row['false_alarms']} of {thousands(row['benign_flows'])}",
                f"{small(row['false_positive_rate'])} (≤ {small(low_high[1])})",
                *cells,
            )
        )
    return [
        "### Precision where attacks are rare",
        "",
        "Computed, not measured: by Bayes from the recall over the label's flows and the false positive rate over benign flows"
        " above, for a line on which one flow in 1,000 or in 10,000 is of that attack. In brackets the value at the upper end"
        " of the false positive rate's 95 % interval; where no false alarm was seen, only that says anything.",
        "",
        *table(["label", "recall", "false alarms", "false positive rate", "precision at 1e-3", "at 1e-4"], rows),
    ]


def flow_baseline(name: str, report: dict) -> tuple:
    return (
        name,
        f"{report['macro_f1']:.3f}",
        f"{report['macro_f1_attacks']:.3f}",
        f"{report['false_alarms_per_1000_benign_flows']:.2f}",
        f"{report['false_alarms_per_benign_capture']:.2f}",
    )


def baselines(result, flows) -> list[str]:
    if result is None:
        return missing("Baselines", "baselines")
    rows = []
    if flows is not None:
        rows.append(flow_baseline("**flow_net**", flows["report"]))
    rows += [flow_baseline(name, row["flows"]) for name, row in result["rows"].items()]
    rules = [(name, *picked) for name, picked in result["one_rule"].items()]
    folds = max((len(picked) for _, *picked in rules), default=0)
    return [
        "## Baselines",
        "",
        "Trained and judged on the same folds; their per-capture rows stand in the first table. OneR: for each class the one"
        " comparison with the best F1 in training; the forest: 100 trees on a flow's own counters, sizes, gaps, flags and"
        " state, no host windows and nothing of the payload; the textbook rules were written once and fitted to nothing.",
        "",
        *table(["per flow", "macro-F1", "of attacks", "false alarms per 1,000 benign flows", "per benign capture"], rows),
        "<details><summary>OneR's comparisons, by fold, and the textbook rules</summary>",
        "",
        *table(["label", *(f"fold {k}" for k in range(folds))], [(*row, *[""] * (folds + 1 - len(row))) for row in rules]),
        *(f"- {label}: {' '.join((rule.__doc__ or '').split())}" for label, rule in TEXTBOOK),
        "",
        "</details>",
        "",
    ]
