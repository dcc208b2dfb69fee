"""The card: what the figures rest on: shortcut controls, and a family left out."""

from card_text import missing, of, percent, table, thousands
from controls import CONTROLS

def change(value: float, base: float, name: str) -> str:
    return percent(value) if name == "none" else f"{percent(value)} ({100 * (value - base):+.1f})"


def controls(result) -> list[str]:
    if result is None:
        return missing("Shortcut controls", "controls")
    base = result["none"]
    rows = []
    for name, report in result.items():
        cells = [change(report["macro"][key], base["macro"][key], name) for key in ("detected", "by_family", "exactly")]
        benign = report["benign"]
        rows.append((CONTROLS[name], *cells, of(benign["alerted"], benign["captures"]), f"{benign['false_flows_per_1000']:.2f}"))
    worst = {}
    for name, report in result.items():
        lost = []
        for label, row in report["by_class"].items():
            before = base["by_class"][label]["detected"]
            if row["detected"] < before:
                lost.append((before - row["detected"], f"{label} {before} → {row['detected']}"))
        worst[name] = "; ".join(text for _, text in sorted(lost, reverse=True)[:4]) or "none"
    return [
        "## Shortcut controls",
        "",
        "The same captures with one thing changed that is no part of an attack (`local/features/perturb-capture.ts`), through"
        " `smart-ids features` and the same held-out models, a detection as the product has it, without the alert stage. In"
        " brackets the change against the captures as they are, in points: what falls was learnt from the accident.",
        "",
        *table(["macro over classes, per capture", "detected", "family", "exactly", "benign alerted", "false flows per 1,000"], rows),
        "Classes that lose most captures (detected before → after):",
        "",
        *(f"- {CONTROLS[name]}: {text}" for name, text in worst.items() if name != "none"),
        "",
        "What the cut of long packets cannot show: the folder's packets are cut to 256 bytes, so that later segments have no"
        " payload to read; acknowledgements stay as they were.",
        "",
    ]


def leave_out(result) -> list[str]:
    if result is None:
        return missing("Leave one family out", "leave-out")
    rows = [
        (
            f"{name} ({', '.join(row['labels'])})",
            row["captures"],
            thousands(row["flows"]),
            percent(row["captures_detected"]),
            "; ".join(f"{label} {percent(share)}" for label, share in list(row["said"].items())[:3]) or "–",
            f"{row['auc']:.3f}",
            percent(row["recall_mean_of_captures"]),
            percent(row["captures_with_a_flow_above"]),
        )
        for name, row in result.items()
    ]
    return [
        "## Leave one family out",
        "",
        "A model trained without any flow of the family, and without a fold of sources whose benign flows stand beside it"
        f" (mean over {max(row['rounds'] for row in result.values())} folds; calibration, detectors and thresholds chosen on that"
        " fold as training chooses them; the family's own detectors are left out, too). Detected anyway: what the rest"
        " of the model calls it. The anomaly score: AUC with every capture weighing the same; recall at"
        " the score above which 1 % of the benign flows lie, as the mean over captures, and the share of captures with at"
        " least one flow above it. The score gives no label and no alert.",
        "",
        *table(
            ["family left out", "captures", "flows", "captures detected anyway", "flows said to be (mean over captures)", "AUC", "recall at 1 %", "captures above"],
            rows,
        ),
    ]
