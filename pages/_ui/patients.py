"""The cohort filter and the selection of patients: the same on every page, and part of the link."""

from collections.abc import Collection

import pandas as pd
import streamlit as st

from core.errors import NodescopeError
from core.figures.text import label, measured, plain
from core.study.cohort_filter import CohortFilter, Kept, Span, is_range, parse, values_of
from pages._ui import access, state

WIDGET = "filter_"
FIRST = ("cohort", "lnm", "age")
HIDDEN = ("patient", "role")
NAMES = {"lnm": {"0": "LNM negative", "1": "LNM positive"}}
MISSING = "not known"


def clinical() -> pd.DataFrame:
    """Clinical table of the patients that pass the filter; all of them where nothing is filtered."""
    study = access.study()
    return pd.DataFrame() if study is None else current().apply(study.clinical)


def kept() -> list[str]:
    """Codes of the patients that pass the filter."""
    return list(clinical()["patient"])


def only(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of a frame whose ``patient`` (a column, or the index) passes the filter."""
    if not current().rules:
        return frame
    codes = frame.get("patient", frame.index)
    return frame[codes.isin(kept())]


def current() -> CohortFilter:
    """The filter that is set."""
    return parse(st.session_state.get(state.FILTER, ""))


def selected() -> list[str]:
    """Patients picked out on any page, in the study's order; filtered ones among them drop out."""
    wanted = set(st.session_state.get(state.SELECTED, ()))
    return [code for code in kept() if code in wanted] if wanted else []


def select(codes: Collection[str]) -> None:
    """Pick patients out on every page; none clears."""
    st.session_state[state.SELECTED] = tuple(dict.fromkeys(codes))
    if not codes:
        # A chart remembers its own lasso: under another key it is drawn without.
        st.session_state[state.CLEARED] = cleared() + 1


def cleared() -> int:
    """How often the selection was cleared."""
    return st.session_state.get(state.CLEARED, 0)


def clear_filter() -> None:
    """Let everyone pass again."""
    st.session_state[state.FILTER] = ""
    for key in [k for k in st.session_state if str(k).startswith(WIDGET)]:
        del st.session_state[key]


def forget() -> None:
    """Drop filter and selection: another study has other patients and columns."""
    clear_filter()
    select(())


def restore() -> None:
    """Take filter and selection from the link with which this session began, once."""
    if state.FILTER in st.session_state:
        return
    st.session_state[state.FILTER] = st.query_params.get(state.FILTER, "")
    known = set(access.study().clinical["patient"])
    codes = st.query_params.get(state.SELECTED, "").split(",")
    st.session_state[state.SELECTED] = tuple(dict.fromkeys(c for c in codes if c in known))
    try:
        clinical()
    except NodescopeError as error:
        clear_filter()
        st.warning(
            f"The filter of this link was not used. {plain(str(error))}", icon=":material/filter_alt_off:"
        )


def draw() -> None:
    """Filter and selection in the sidebar, and in the address."""
    study = access.study()
    if study is None:
        return
    restore()
    n, total = len(kept()), len(study.clinical)
    rules = current().rules
    with st.popover(
        f"{n} of {total} patients" if rules else f"All {total} patients",
        icon=":material/filter_alt:",
        width="stretch",
        help="Filter patients: every page follows, or says why it does not.",
    ):
        for column in columns(study.clinical):
            _control(study.clinical, column)
        st.button("Clear the filter", on_click=clear_filter, icon=":material/filter_alt_off:")
    for column, rule in rules:
        st.caption(f"{label(column)}: {_said(column, rule)}")
    _selection()
    _address()


def _selection() -> None:
    chosen = selected()
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/touch_app: **{len(chosen)} selected**")
        st.button("Clear", on_click=select, args=((),), type="tertiary", key="clear_selected")


def _address() -> None:
    """Filter and selection in the query, so that a copied link brings them along."""
    wanted = {
        state.FILTER: st.session_state.get(state.FILTER, ""),
        state.SELECTED: ",".join(st.session_state.get(state.SELECTED, ())),
    }
    for name, value in wanted.items():
        if value:
            st.query_params[name] = value
        elif name in st.query_params:
            del st.query_params[name]


def columns(clinical: pd.DataFrame) -> list[str]:
    """Columns that patients can be told apart by: numbers, or few values; more than one of them."""
    found = [c for c in (*FIRST, *clinical.columns) if c in clinical and c not in HIDDEN]
    few = [c for c in dict.fromkeys(found) if is_range(clinical[c]) or clinical[c].nunique() <= 12]
    return [c for c in few if clinical[c].nunique(dropna=False) > 1]


def _control(clinical: pd.DataFrame, column: str) -> None:
    key, values, rule = f"{WIDGET}{column}", clinical[column], current().rule(column)
    if is_range(values):
        number = int if (values.dropna() % 1 == 0).all() else float
        low, high = number(values.min()), number(values.max())
        given = (rule.low, rule.high) if isinstance(rule, Span) else (low, high)
        inside = tuple(number(min(max(limit, low), high)) for limit in given)
        st.session_state.setdefault(key, inside)
        st.slider(plain(measured(column)), low, high, key=key, on_change=_changed, args=(column, (low, high)))
    else:
        st.session_state.setdefault(key, list(rule) if isinstance(rule, tuple) else [])
        st.pills(
            label(column), values_of(values), selection_mode="multi", key=key, on_change=_changed,
            args=(column, None), format_func=lambda value: _shown(column, value),
        )  # fmt: skip


def _changed(column: str, whole: tuple[float, float] | None) -> None:
    value = st.session_state[f"{WIDGET}{column}"]
    rule: Kept | None = Span(*value) if whole else tuple(value)
    nothing = value == whole if whole else not value
    st.session_state[state.FILTER] = current().with_rule(column, None if nothing else rule).text()


def _said(column: str, rule: Kept) -> str:
    if isinstance(rule, Span):
        return f"{rule.low:g} to {rule.high:g}"
    return ", ".join(_shown(column, value) for value in rule)


def _shown(column: str, value: str) -> str:
    return NAMES.get(column, {}).get(value, value) or MISSING
