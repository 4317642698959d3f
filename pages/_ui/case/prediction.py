"""What the model says of a case, and how far it may be believed."""

import json
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.figures.case import among_figure, pushes_figure
from core.figures.nomogram import Marked, nomogram_figure
from core.figures.palette import LNM_NAMES
from core.figures.text import label, number
from core.methods import predict as said
from core.models.case.prediction import harmonised
from core.store import Entry
from pages._ui import origin, show, state
from pages._ui.case import case as cases
from pages._ui.case import pictures
from pages._ui.case.held import Held, held

if TYPE_CHECKING:
    from core.models.bundle import Bundle
    from core.models.case.prediction import Prediction

OTHER = "another"


def batch(one: Held, bundle: "Bundle") -> None:
    """Asks for the batch that the model's ComBat goes by; nothing where it has none."""
    told, key = harmonised(bundle, None), one.key(state.CASE_BATCH)
    options = [None, *told["known"], OTHER] if told else [None]
    one.batch = one.batch if one.batch in options else None
    if not told:
        return
    st.selectbox(
        f"{label(told['column'])} of this case, for ComBat", options, options.index(one.batch),
        lambda name: name or "not given", key=key, on_change=_told, args=(one, key),
    )  # fmt: skip


def _told(one: Held, key: str) -> None:
    one.batch = st.session_state[key]
    one.results.clear()


def scored(entry: Entry, one: Held) -> "Prediction":
    """The prediction of a confirmed case, computed once per model. Raises NodescopeError."""
    found = one.result(entry)
    return _computed(entry, one) if found is None else found


def _computed(entry: Entry, one: Held) -> "Prediction":
    with st.status("Scoring the case", expanded=True) as status:

        def say(step: str) -> None:
            status.update(label=step)
            status.write(step)

        say("Reading the frozen model")
        result = cases.score(entry, one.case, one.phase, one.batch, one.covariates, say)
        one.results[entry.key] = result
        status.update(label="Scored", state="complete", expanded=False)
    if len(held()) > 1:
        st.rerun()  # the table of all cases stands above and must hold this one
    return result


def draw(one: Held, result: "Prediction", bundle: "Bundle") -> None:
    """Probability, warnings, nomogram, place among the training patients, what pushed it, downloads."""
    outside = [] if result.domain["inside"] else result.warnings[:1]
    for warning in outside:
        st.error(warning, icon=":material/warning:")
    _headline(result)
    others = result.warnings[len(outside) :]
    if others:
        st.warning(" ".join(others), icon=":material/warning:")
    _downloads(one, result, bundle)
    _nomogram(result, bundle)
    _place(result, bundle)
    _neighbours(result)
    _pushes(result)


def _headline(result: "Prediction") -> None:
    st.subheader(f"Probability of LNM {number(result.probability)}", anchor=False)
    st.markdown(said.headline(result))
    st.markdown(f"**{said.interval(result)}**", help=said.interval_meaning(result) if result.models else None)


def _nomogram(result: "Prediction", bundle: "Bundle") -> None:
    text = f"The case on the nomogram: {number(result.total_points, 1)} points."
    show.chart(partial(nomogram_figure, bundle.axes, case=marked(result)), text, "nomogram", private=True)
    show.table(pd.DataFrame(said.signature_table(result)), "case_signatures")
    if result.covariates:
        show.table(pd.DataFrame(said.covariate_table(result)), "case_covariates")


def marked(result: "Prediction") -> Marked:
    """The case as the nomogram marks it."""
    return Marked(result.on_axes, result.points, result.total_points, result.probability)


def _place(result: "Prediction", bundle: "Bundle") -> None:
    st.subheader("Among the training patients", anchor=False)
    figure = partial(among_figure, bundle.training, result.as_dict())
    caption = "DLRN probabilities of the training patients (out-of-fold), by LNM; boxes show the quartiles. "
    if result.models:
        caption += "Shaded: 2.5 to 97.5 percentile. " + said.interval_meaning(result)
    text = f"Probability {number(result.probability)} among the training patients."
    show.chart(figure, text, "place", caption=caption, private=True)


def _neighbours(result: "Prediction") -> None:
    st.subheader("Nearest training patients", anchor=False)
    rows = pd.DataFrame(result.neighbours)
    printed = rows.drop(columns=["rank", "lnm", "distance"]).map(number)
    printed.insert(0, "Rank", rows["rank"])
    printed.insert(1, "LNM", rows["lnm"].map(LNM_NAMES))
    printed.insert(2, "Distance", rows["distance"].map(number))
    show.table(printed, "nearest_patients", rows)
    st.caption(said.neighbours(result))
    if result.domain["reasons"]:
        with st.expander("Radiomics features farthest from the training patients"):
            st.markdown("\n".join(f"- {reason}" for reason in result.domain["reasons"]))


def _pushes(result: "Prediction") -> None:
    if not result.contributions:
        return
    rows = pd.DataFrame(result.contributions)
    st.subheader(f"Features that pushed the radiomics signature most ({len(rows)})", anchor=False)
    text = f"{rows['feature'][0]} pushed the radiomics signature most."
    show.chart(partial(pushes_figure, rows), text, "pushes", caption=said.PUSHES, private=True)
    with st.expander("The same as a table"):
        printed = rows.assign(value=rows["value"].map("{:.4g}".format), z=rows["z"].map(number))
        printed["contribution"] = rows["contribution"].map(partial(number, digits=4))
        show.table(printed.rename(columns=str.capitalize), "case_features", rows)


def _downloads(one: Held, result: "Prediction", bundle: "Bundle") -> None:
    with st.container(horizontal=True):
        st.download_button(
            "JSON", json.dumps(result.as_dict(), indent=1), "nodescope_prediction.json", "application/json",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "Report (HTML)", partial(_report, one, result, bundle, origin.line()),
            "nodescope_case_report.html", "text/html", icon=":material/description:", on_click="ignore",
            help="One page to print or keep; it opens without a network. Drawing it takes a few seconds.",
        )  # fmt: skip
    st.caption("Weights: " + "; ".join(f"{name}: {label}" for name, label in result.weights.items()))


def _report(one: Held, result: "Prediction", bundle: "Bundle", line: str) -> str:
    from core.report.case_report import case_report

    picture = pictures.overlay(one.case, one.phase, one.case.key_slice)
    return case_report(result, bundle, picture, one.case.notes, line)
