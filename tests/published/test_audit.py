"""Audit of a row: as trying every matrix, on random tables that are right and on planted errors."""

from decimal import ROUND_DOWN, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from itertools import combinations
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.published.audit.matrices import ENTRIES
from core.published.audit.printed import read_shares
from core.published.audit.row import CUT, FITS, FLAGS, OPEN, WRONG, RowAudit, audit_row

MODES = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_HALF_DOWN)
Counts = tuple[int, int, int, int]  # TP, FN, TN, FP


def shown(part: int, whole: int, decimals: int, mode: str, percent: bool = False) -> str:
    """A share as a program prints it, by decimal arithmetic; '' of nobody."""
    if not whole:
        return ""
    with localcontext() as context:
        context.prec = 60  # a tie has few digits, so it is exact
        value = Decimal(part) / Decimal(whole) * (100 if percent else 1)
        return str(value.quantize(Decimal(1).scaleb(-decimals), rounding=mode))


def printed(
    counts: Counts, decimals: int, mode: str = ROUND_HALF_UP, percent: bool = False
) -> dict[str, str]:
    tp, fn, tn, fp = counts
    parts = {
        "acc": (tp + tn, tp + fn + tn + fp), "sen": (tp, tp + fn), "spec": (tn, tn + fp),
        "ppv": (tp, tp + fp), "npv": (tn, tn + fn),
    }  # fmt: skip
    return {name: shown(*both, decimals, mode, percent) for name, both in parts.items()}


def audited(positives: int, negatives: int, texts: dict[str, str]) -> RowAudit:
    shares, faulty = read_shares(texts)
    assert not faulty
    return audit_row(positives, negatives, shares)


def found(row: RowAudit) -> set[Counts]:
    return {(m.tp, m.fn, m.tn, m.fp) for m in row.fits.matrices(10**6)} if row.rule else set()


@st.composite
def matrices(draw, largest: int) -> Counts:
    positives, negatives = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    tp, tn = draw(st.integers(0, positives)), draw(st.integers(0, negatives))
    return tp, positives - tp, tn, negatives - tn


@st.composite
def tables(draw) -> tuple[int, int, dict[str, str]]:
    """Small rows, right or with some entries replaced or left out."""
    tp, fn, tn, fp = counts = draw(matrices(9))
    texts = printed(counts, draw(st.integers(1, 2)), draw(st.sampled_from(MODES)))
    for name in draw(st.lists(st.sampled_from(list(ENTRIES)), unique=True, max_size=3)):
        texts[name] = draw(st.sampled_from(["", "0.0", "0.5", "0.33", "0.67", "0.90", "1.00"]))
    return tp + fn, tn + fp, texts


def by_trying(
    positives: int, negatives: int, texts: dict[str, str], modes: tuple[str, ...] = MODES
) -> dict[str, set[Counts]]:
    """For each printed entry all matrices that round to it in any of these ways."""
    fits: dict[str, set[Counts]] = {name: set() for name, text in texts.items() if text}
    for tp in range(positives + 1):
        for tn in range(negatives + 1):
            counts = (tp, positives - tp, tn, negatives - tn)
            for name, fitting in fits.items():
                decimals = len(texts[name].split(".")[1])
                if any(printed(counts, decimals, mode)[name] == texts[name] for mode in modes):
                    fitting.add(counts)
    return fits


@settings(max_examples=60, deadline=None)
@given(tables())
def test_matrices_and_explanations_are_those_of_trying_every_one(table) -> None:
    positives, negatives, texts = table
    fits = by_trying(positives, negatives, texts)
    if not fits:
        return
    row = audited(positives, negatives, texts)
    whole = set.intersection(*fits.values())
    if row.rule == "rounded" or whole:
        assert found(row) == whole
        return
    assert found(row) == set.intersection(*by_trying(positives, negatives, texts, (ROUND_DOWN,)).values())
    for size in range(1, len(fits) + 1):
        expected = {}
        for dropped in combinations([name for name in ENTRIES if name in fits], size):
            kept = [fits[name] for name in fits if name not in dropped]
            left = set.intersection(*kept) if kept else {None}
            if left:
                expected[dropped] = left
        if expected:
            break
    assert {dropped for dropped, _ in row.explained} == set(expected)
    for dropped, left in row.explained:
        if len(dropped) < len(fits):
            assert {(m.tp, m.fn, m.tn, m.fp) for m in left.matrices(10**6)} == expected[dropped]
    if not row.rule:
        for name in fits:
            dropping = [name in dropped for dropped in expected]
            assert row.verdict(name) == (WRONG if all(dropping) else OPEN if any(dropping) else FITS)


@settings(max_examples=150, deadline=None)
@given(matrices(400), st.integers(2, 3), st.sampled_from(MODES), st.booleans())
def test_a_right_table_is_not_flagged(counts: Counts, decimals: int, mode: str, percent: bool) -> None:
    tp, fn, tn, fp = counts
    texts = printed(counts, decimals - percent, mode, percent)
    texts = {name: text and f"{text}%" * percent or text for name, text in texts.items()}
    row = audited(tp + fn, tn + fp, texts)
    assert counts in found(row)
    assert {row.verdict(name) for name in row.printed} == {FITS}
    for name in row.printed:
        low, high = row.span(name)
        assert low.part / low.whole <= high.part / high.whole
        assert -0.5 <= row.printed[name].steps(high) <= row.printed[name].steps(low) <= 0.5


@settings(max_examples=150, deadline=None)
@given(matrices(200), st.integers(2, 3), st.sampled_from(list(ENTRIES)), st.integers(1, 30))
def test_a_planted_error_is_flagged_or_explains(counts: Counts, decimals: int, name: str, shift: int) -> None:
    tp, fn, tn, fp = counts
    texts = printed(counts, decimals)
    if not texts[name]:
        return
    scale = 10**decimals
    units = round(float(texts[name]) * scale)
    units += shift if units + shift <= scale else -shift
    texts[name] = f"{units / scale:.{decimals}f}"
    row = audited(tp + fn, tn + fp, texts)
    if row.rule == "rounded":  # another matrix gives the whole row: no audit could tell
        assert counts not in found(row)
        return
    assert (name,) in [dropped for dropped, _ in row.explained]
    assert row.verdict(name) in (CUT if row.rule else FLAGS)
    right = next(fits for dropped, fits in row.explained if dropped == (name,))
    assert counts in {(m.tp, m.fn, m.tn, m.fp) for m in right.matrices(10**6)}


def test_cut_off_decimals_are_named_only_where_rounding_fits_nothing() -> None:
    # 38/41 = 0.9268, 39/47 = 0.8298, 77/88 = 0.875, 38/46 = 0.826, 39/42 = 0.9286
    cut = audited(41, 47, {"acc": "0.87", "sen": "0.92", "spec": "0.82", "ppv": "0.82", "npv": "0.92"})
    assert cut.rule == "cut off"
    assert found(cut) == {(38, 3, 39, 8)}
    assert {cut.verdict(name) for name in cut.printed} == {CUT}
    assert not cut.flagged
    assert audited(41, 47, {"sen": "0.93"}).rule == "rounded"


def test_several_smallest_explanations_are_all_named() -> None:
    # One wrong number in two that contradict each other: none can be told to be the wrong one.
    row = audited(10, 10, {"acc": "0.50", "sen": "1.00", "spec": "0.50"})
    assert {dropped for dropped, _ in row.explained} == {("acc",), ("sen",), ("spec",)}
    assert {row.verdict(name) for name in row.printed} == {OPEN}
    assert row.span("acc") == ((15, 20), (15, 20))


def test_an_entry_that_no_count_gives_is_known_by_itself() -> None:
    row = audited(35, 22, {"acc": "0.90", "sen": "1.00", "spec": "0.73"})
    assert row.verdict("acc") == WRONG
    assert not row.alone("acc")
    assert row.alone("sen")


def test_an_undefined_share_fits_nothing_printed() -> None:
    # Nobody is called positive: there is no PPV.
    row = audited(5, 5, {"acc": "0.50", "sen": "0.00", "spec": "1.00", "ppv": ""})
    assert found(row) == {(0, 5, 5, 0)}
    assert row.span("ppv") is None
    assert audited(5, 5, {"sen": "0.00", "spec": "1.00", "ppv": "0.00"}).flagged


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        ({"acc": "93.2", "sen": "100"}, {"acc": (932, 1000), "sen": (100, 100)}),
        ({"acc": "93%", "sen": "0.93"}, {"acc": (93, 100), "sen": (93, 100)}),
        ({"acc": ".5", "sen": "0,93"}, {"acc": (5, 10), "sen": (93, 100)}),
        ({"acc": "1", "sen": "NA"}, {"acc": (1, 1)}),
    ],
)
def test_shares_and_percentages(texts: dict[str, str], read: dict[str, tuple[int, int]]) -> None:
    shares, faulty = read_shares(texts)
    assert {name: (number.units, number.scale) for name, number in shares.items()} == read
    assert faulty == []


@pytest.mark.parametrize("text", ["101%", "1.2", "-0.1", "abc", "0.1234567", ".", "0.5 0.6"])
def test_no_share(text: str) -> None:
    assert read_shares({"acc": text, "sen": "0.5"})[1] == ["acc"]


def test_large_tables_take_no_time() -> None:
    texts = {"acc": "0.931", "sen": "0.932", "spec": "0.500", "ppv": "0.9", "npv": "0.123"}
    start = perf_counter()
    assert audited(4_000, 5_000, texts).flagged
    assert perf_counter() - start < 1  # trying all 20 million matrices takes minutes
