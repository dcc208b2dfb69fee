"""Evaluation: how captures were judged, the way a person judges: detected, named, a false alarm."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from families import same_family
from shares import wilson

NORMAL = "Normal"

# Flows of a capture: its length alone says much, so figures stand by it.
SIZES = ((0, 0), (1, 2), (3, 17), (18, 200), (201, None))


@dataclass(frozen=True)
class Judged:
    """One capture and what was said of it."""

    file: str
    label: str
    source: str
    flows: int
    # Detections by label.
    detections: dict[str, int] = field(default_factory=dict)
    # Labels of the alerts; where there is no alert stage, those of the detections.
    alerts: tuple[str, ...] = ()
    state: str = "ready"

    @property
    def detected(self) -> bool:
        return len(self.alerts) > 0

    @property
    def by_family(self) -> bool:
        return any(same_family(label, self.label) for label in self.alerts)

    @property
    def exactly(self) -> bool:
        return self.label in self.alerts

    @property
    def false_flows(self) -> int:
        return sum(self.detections.values())


COLUMNS = ("detected", "by_family", "exactly")


def counts(judged: Iterable[Judged]) -> dict:
    """Of some captures of attacks: how many, and how many were detected and named, each with its interval."""
    judged = list(judged)
    row: dict = {"captures": len(judged), "sources": len({one.source for one in judged})}
    for column in COLUMNS:
        found = sum(getattr(one, column) for one in judged)
        row[column] = found
        row[f"{column}_interval"] = wilson(found, len(judged))
    row["flows"] = sum(one.flows for one in judged)
    row["detections"] = sum(one.false_flows for one in judged)
    return row


def benign(judged: Iterable[Judged]) -> dict:
    """Of some benign captures: how many raised an alert, and how many of their flows were a detection."""
    judged = list(judged)
    alerted = sum(one.detected for one in judged)
    flows = sum(one.flows for one in judged)
    false_flows = sum(one.false_flows for one in judged)
    said = Counter()
    for one in judged:
        said.update(one.detections)
    return {
        "captures": len(judged),
        "sources": len({one.source for one in judged}),
        "alerted": alerted,
        "alerted_interval": wilson(alerted, len(judged)),
        "flows": flows,
        "false_flows": false_flows,
        "false_flows_per_1000": 1000 * false_flows / flows if flows else 0.0,
        "false_flows_interval": [1000 * end for end in wilson(false_flows, flows)],
        "alerts_per_capture": sum(len(one.alerts) for one in judged) / max(1, len(judged)),
        "detections_by_label": dict(said.most_common()),
    }


def grouped(judged: Iterable[Judged], key: Callable[[Judged], str]) -> dict[str, list[Judged]]:
    groups: dict[str, list[Judged]] = {}
    for one in judged:
        groups.setdefault(key(one), []).append(one)
    return dict(sorted(groups.items()))


def macro(attacks: list[Judged]) -> dict[str, float]:
    """Mean over the classes present of the share of their captures, however many they are."""
    classes = grouped(attacks, lambda one: one.label).values()
    return {column: mean(mean(getattr(one, column) for one in group) for group in classes) for column in COLUMNS}


def macro_by_source(attacks: list[Judged]) -> dict[str, float]:
    """The same where every source of a class counts the same, however many captures it has."""
    classes = grouped(attacks, lambda one: one.label).values()
    return {
        column: mean(
            mean(mean(getattr(one, column) for one in group) for group in grouped(each, lambda one: one.source).values())
            for each in classes
        )
        for column in COLUMNS
    }


def mean(values: Iterable[float]) -> float:
    values = list(values)
    return sum(values) / len(values) if values else 0.0


def size_name(low: int, high: int | None) -> str:
    return f"more than {low - 1}" if high is None else str(low) if low == high else f"{low}–{high}"


def capture_report(judged: list[Judged]) -> dict:
    attacks = [one for one in judged if one.label != NORMAL]
    normal = [one for one in judged if one.label == NORMAL]
    sizes = []
    for low, high in SIZES:
        inside = [one for one in judged if one.flows >= low and (high is None or one.flows <= high)]
        hostile = [one for one in inside if one.label != NORMAL]
        sizes.append(
            {
                "flows": size_name(low, high),
                "classes": len({one.label for one in hostile}),
                "macro": macro(hostile),
                "attacks": counts(hostile),
                "benign": benign(one for one in inside if one.label == NORMAL),
            }
        )
    return {
        "captures": len(judged),
        "classes": len({one.label for one in attacks}),
        "macro": macro(attacks),
        "macro_by_source": macro_by_source(attacks),
        "attacks": counts(attacks),
        "benign": benign(normal),
        "by_class": {label: counts(group) for label, group in grouped(attacks, lambda one: one.label).items()},
        "by_source": {
            source: {
                "labels": sorted({one.label for one in group}),
                "attacks": counts(one for one in group if one.label != NORMAL),
                "benign": benign(one for one in group if one.label == NORMAL),
            }
            for source, group in grouped(judged, lambda one: one.source).items()
        },
        "by_size": sizes,
        "states": dict(Counter(one.state for one in judged)),
    }
