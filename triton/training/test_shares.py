"""Evaluation: intervals, precision at a prevalence, calibration: against values computed by hand."""

import numpy as np
import pytest

from calibration import expected_calibration_error, reliability
from families import FAMILY, same_family
from shares import f1, precision_at, wilson


def test_wilson_is_the_published_interval():
    # Newcombe 1998, table I: 81 of 263, and 15 of 148.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=1e-4)


def test_wilson_stays_inside_and_says_nothing_of_nothing():
    assert wilson(0, 20)[0] == 0.0
    assert wilson(0, 20)[1] == pytest.approx(0.1611, abs=1e-4)
    assert wilson(20, 20)[1] == 1.0
    assert wilson(0, 0) == (0.0, 1.0)


def test_f1_of_nothing_found_is_zero():
    assert f1(0.0, 0.0) == 0.0
    assert f1(0.5, 1.0) == pytest.approx(2 / 3)


def test_precision_at_a_prevalence_is_that_of_bayes():
    # Recall 0.9, one false alarm in 1,000: 0.0009 right to 0.000999 wrong.
    at = precision_at(1e-3, 0.9, 10, 10_000)
    assert at.precision == pytest.approx(0.0009 / (0.0009 + 0.001 * 0.999))
    assert at.at_least < at.precision


def test_without_a_false_alarm_only_the_bound_is_said():
    at = precision_at(1e-4, 0.5, 0, 10_000)
    assert at.precision is None
    assert at.at_least == pytest.approx(0.00005 / (0.00005 + wilson(0, 10_000)[1] * 0.9999))
    assert precision_at(1e-4, 0.0, 0, 10_000).at_least == 0.0


def test_a_reliability_table_holds_what_was_said_and_what_was_true():
    score = np.array([0.95, 0.95, 0.55, 0.55])
    rows = reliability(score, np.array([1.0, 1.0, 1.0, 0.0]))
    assert [(row["count"], row["right"]) for row in rows] == [(2, 0.5), (2, 1.0)]
    assert expected_calibration_error(rows) == pytest.approx(0.5 * 0.05 + 0.5 * 0.05)


def test_weights_say_how_much_a_flow_counts_in_calibration():
    rows = reliability(np.array([0.95, 0.95]), np.array([1.0, 0.0]), np.array([3.0, 1.0]))
    assert rows[0]["right"] == pytest.approx(0.75)
    assert expected_calibration_error(rows) == pytest.approx(0.2)


def test_a_certain_score_lies_in_the_last_bin():
    assert reliability(np.array([1.0]), np.array([1.0]))[0]["to"] == 1.0


def test_guessing_at_a_web_form_is_of_two_families_and_normal_of_none():
    assert same_family("Web Attack - Brute Force", "SSH Patator")
    assert same_family("Web Attack - Brute Force", "Web Attack - XSS")
    assert not same_family("SSH Patator", "Web Attack - XSS")
    assert not same_family("Normal", "Normal")
    assert FAMILY["Web Attack - Brute Force"] == "guessing"
