"""The card: figures as a person reads them."""

from collections.abc import Iterable


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def of(part: int, whole: int) -> str:
    return "–" if whole == 0 else percent(part / whole)


def interval(ends) -> str:
    return f"{100 * ends[0]:.0f}–{100 * ends[1]:.0f}"


def small(share: float) -> str:
    """A share that may be next to nothing."""
    return "0" if share == 0 else f"{share:.4f}" if share >= 0.001 else f"{share:.1e}"


def thousands(number: float) -> str:
    return f"{number:,.0f}"


def table(head: list[str], rows: Iterable[Iterable[object]]) -> list[str]:
    """Markdown, with a blank line behind it."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    return [*lines, *(f"| {' | '.join(map(str, row))} |" for row in rows), ""]


def missing(title: str, what: str) -> list[str]:
    return [f"## {title}", "", f"Not measured in this run (`npm run evaluate -- --part {what}`).", ""]
