"""Evaluation: what simple detectors find on the same folds: without them a figure says nothing (Arp et al. 2022)."""

import re

import numpy as np
from sklearn.ensemble import RandomForestClassifier

import threshold_rules
from dataset import Table
from flow_report import NORMAL

FLOWS_PER_CAPTURE = 400
NORMAL_SHARE = 0.5
MANY_FLOWS = 17
THRESHOLDS_PER_FEATURE = 64
FOREST_TREES = 100
# The forest's threshold: of the benign captures of a fold that it did not learn from, so many may raise an alert.
BENIGN_CAPTURES = 0.01

# Counters, rates, flags, sizes, gaps and the state of one flow: what NetFlow-like tools export, and nothing said in it,
# no service, no other flow.
PLAIN = re.compile(
    r"tcp|udp|icmp(Echo|Unreachable)?|ipv6|durationSeconds|packetsPerSecond|bytesPerSecond|emptyPacketShare"
    r"|source(Packet|Payload)Share|(source|destination)(Packets|Bytes|PayloadPackets|PayloadBytes|RetransmissionShare)"
    r"|(source|destination)(Fin|Syn|Rst|Psh|Ack|Urg)(Share)?"
    r"|(source|destination)?([sS]ize|[gG]ap)(Min|Max|Mean|Std)|tcpState\w+|first(Size|Gap)\d+"
)


def training_rows(table: Table, fold_of_capture: np.ndarray, left_out: set[int], rng) -> tuple[np.ndarray, np.ndarray]:
    """Labelled rows of all folds but these, some of each capture, and their weights: half for Normal, the other classes
    the same, within a class every source and within a source every capture the same."""
    rows = []
    for index, (begin, end) in enumerate(zip(table.starts, table.starts[1:])):
        own = np.arange(begin, end)[table.labels[begin:end] != ""]
        if fold_of_capture[index] not in left_out:
            rows.append(rng.choice(own, FLOWS_PER_CAPTURE, replace=False) if len(own) > FLOWS_PER_CAPTURE else own)
    picked = np.sort(np.concatenate(rows))
    labels, capture = table.labels[picked], table.capture_of_rows()[picked]
    source = np.array([one.source for one in table.captures])[capture]
    weight = np.zeros(len(picked))
    attacks = len(set(labels) - {NORMAL})
    for name in np.unique(labels):
        share = NORMAL_SHARE if name == NORMAL else (1 - NORMAL_SHARE) / attacks
        of_label = labels == name
        sources = np.unique(source[of_label])
        for one in sources:
            of_source = of_label & (source == one)
            found, inverse, numbers = np.unique(capture[of_source], return_inverse=True, return_counts=True)
            weight[of_source] = share / len(sources) / len(found) / numbers[inverse]
    return picked, weight * len(picked) / weight.sum()


def best_rule(matrix, of_class, weight) -> tuple[float, int, float, bool, float]:
    """The single comparison with the best weighted F1: (F1, feature, threshold, whether above, precision)."""
    best = (0.0, 0, 0.0, True, 0.0)
    total = weight[of_class].sum()
    for feature in range(matrix.shape[1]):
        values = matrix[:, feature]
        cuts = np.unique(np.quantile(values, np.linspace(0, 1, THRESHOLDS_PER_FEATURE), method="lower"))[:-1]
        if len(cuts) == 0:
            continue
        bin_of = np.searchsorted(cuts, values, side="left")
        right = np.cumsum(np.bincount(bin_of, weight * of_class, len(cuts) + 1))[:-1]
        all_below = np.cumsum(np.bincount(bin_of, weight, len(cuts) + 1))[:-1]
        for above, hit, said in ((False, right, all_below), (True, total - right, weight.sum() - all_below)):
            score = 2 * hit / (total + said)
            k = int(np.argmax(score))
            if score[k] > best[0]:
                best = (float(score[k]), feature, float(cuts[k]), above, float(hit[k] / said[k]) if said[k] else 0.0)
    return best


def one_rule(table: Table, fold_of_capture: np.ndarray, seed: int) -> tuple[np.ndarray, dict[str, list[str]]]:
    """OneR: a class is said where its one comparison holds; of several the most precise. Also what the rules were."""
    said = np.full(len(table.matrix), "", dtype="<U32")
    fold_of_row = fold_of_capture[table.capture_of_rows()]
    rules: dict[str, list[str]] = {}
    for fold in np.unique(fold_of_capture):
        rows, weight = training_rows(table, fold_of_capture, {fold}, np.random.default_rng(seed))
        labels, matrix = table.labels[rows], table.matrix[rows]
        test = np.flatnonzero(fold_of_row == fold)
        surest = np.zeros(len(test))
        for name in sorted(set(labels) - {NORMAL}):
            _, feature, threshold, above, precision = best_rule(matrix, labels == name, weight)
            values = table.matrix[test, feature]
            fits = ((values > threshold) if above else (values <= threshold)) & (precision > surest)
            said[test[fits]] = name
            surest[fits] = precision
            rules.setdefault(str(name), []).append(f"{table.features[feature]} {'>' if above else '≤'} {threshold:.4g}")
    return said, rules


def plain_columns(features: list[str]) -> list[int]:
    return [k for k, name in enumerate(features) if PLAIN.fullmatch(name)]


def forest_of(table: Table, fold_of_capture, left_out: set[int], columns, seed) -> RandomForestClassifier:
    rows, weight = training_rows(table, fold_of_capture, left_out, np.random.default_rng(seed))
    forest = RandomForestClassifier(FOREST_TREES, min_samples_leaf=2, n_jobs=2, random_state=seed)
    return forest.fit(table.matrix[rows][:, columns], table.labels[rows], sample_weight=weight)


def likeliest(forest, matrix) -> tuple[np.ndarray, np.ndarray]:
    """The likeliest label, and the share of the trees' votes that attacks have together."""
    probability = forest.predict_proba(matrix)
    attack = 1 - probability[:, list(forest.classes_).index(NORMAL)]
    return forest.classes_[probability.argmax(axis=1)], attack


def benign_threshold(table: Table, rows: np.ndarray, said, attack) -> float:
    """The lowest share of votes from which at most BENIGN_CAPTURES of the benign captures among `rows` raise an alert."""
    normal = table.labels[rows] == NORMAL
    capture = table.capture_of_rows()[rows][normal]
    alarm = np.where(said[normal] != NORMAL, attack[normal], 0.0)
    highest = np.array([alarm[capture == one].max() for one in np.unique(capture)])
    allowed = int(BENIGN_CAPTURES * len(highest))
    return float(np.sort(highest)[::-1][allowed]) if len(highest) > allowed else 0.0


def plain_forest(table: Table, fold_of_capture: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """A random forest on plain flow statistics: by its likeliest label; and with a threshold from one more fold held
    out."""
    columns = plain_columns(table.features)
    bare = np.full(len(table.matrix), "", dtype="<U32")
    strict = bare.copy()
    fold_of_row = fold_of_capture[table.capture_of_rows()]
    folds = [int(fold) for fold in np.unique(fold_of_capture)]
    for place, fold in enumerate(folds):
        other = folds[(place + 1) % len(folds)]
        rows = np.flatnonzero(fold_of_row == other)
        trial = forest_of(table, fold_of_capture, {fold, other}, columns, seed)
        threshold = benign_threshold(table, rows, *likeliest(trial, table.matrix[rows][:, columns]))
        forest = forest_of(table, fold_of_capture, {fold}, columns, seed)
        test = np.flatnonzero(fold_of_row == fold)
        if len(test) == 0:
            continue
        said, attack = likeliest(forest, table.matrix[test][:, columns])
        bare[test] = np.where(said == NORMAL, "", said)
        strict[test] = np.where((said == NORMAL) | (attack <= threshold), "", said)
    return bare, strict


def many_flows(table: Table) -> np.ndarray:
    """Every flow of a capture with more than MANY_FLOWS, whatever it is; the label is nobody's."""
    counts = np.diff(table.starts)
    return np.where(np.repeat(counts > MANY_FLOWS, counts), "?", "")


def all_baselines(table: Table, fold_of_capture: np.ndarray, seed: int) -> tuple[dict[str, np.ndarray], dict]:
    """What each says of every flow; and OneR's rules."""
    ruled, rules = one_rule(table, fold_of_capture, seed)
    bare, strict = plain_forest(table, fold_of_capture, seed)
    said = {
        "majority: everything is Normal": np.full(len(table.matrix), "", dtype="<U32"),
        f"more than {MANY_FLOWS} flows": many_flows(table),
        "OneR: one comparison a class": ruled,
        "random forest, plain flow statistics": bare,
        f"the same, threshold for {100 * BENIGN_CAPTURES:.0f} % of benign captures": strict,
        f"{len(threshold_rules.RULES)} textbook rules": threshold_rules.say(table.features, table.matrix),
    }
    return said, rules
