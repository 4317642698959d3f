"""How soon the tuning page follows a slider, in Chromium on the demo study; the same steps naively beside.

NODESCOPE_BENCH names the folder with ``demo`` and ``cache``, as in ``test_page_switch.py``. Asked (median):
the first changed figure within 0.3 s where a setting only cuts what is there (components kept), all panels
within 1 s for PCA and ReliefF, within 1.5 s for the forest. Every move is to a value not shown before.
"""

import os
import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from skrebate import ReliefF

from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import load_study
from tests.browser.conftest import open_link, serve, settled
from tests.own_cache import own_cache

pytestmark = pytest.mark.browser
MOVES = 9
# The slider, and the link of a page on which each of its moves changes the result.
SLIDERS = {
    "kept": ("Components kept", "tuning"),
    "PCA": ("Number", "tuning?radiomics_pca=number&radiomics_keep=10"),
    "ReliefF": ("Neighbours", "tuning?radiomics_keep=20"),
    "forest": ("Trees", "tuning?radiomics_keep=20"),
}

# From the release of the mouse to the first changed panel, and to the last change or the script's end.
WATCH = """
() => {
    const text = name => {
        const plot = document.querySelector(`.st-key-chart_${name} .js-plotly-plot`);
        return JSON.stringify((plot?._fullData || []).map(
            t => [t.name, Array.from(t.x || []).join(), Array.from(t.y || []).join()]));
    };
    const panels = () => [...['scree', 'relief', 'tuned_roc'].map(text),
        document.querySelector('[data-testid=stTable]')?.innerText];
    let before = panels(), first = null, last = null, released = null, quiet = 0;
    const release = () => { released = performance.now(); };
    window.addEventListener('pointerup', release, {capture: true, once: true});
    const app = document.querySelector('[data-testid=stApp]');
    window.followed = new Promise((done, fail) => {
        setTimeout(() => fail(new Error('nothing changed in 30 s')), 30000);
        const look = () => {
            const now = performance.now(), seen = panels();
            const running = app.dataset.testScriptState !== 'notRunning';
            const changed = released !== null && seen.some((value, i) => value !== before[i]);
            if (changed) { first ??= now; before = seen; }
            if (changed || running) { last = now; quiet = now; }
            if (first === null || now - quiet <= 500) requestAnimationFrame(look);
            else done([(first - released) / 1000, (last - released) / 1000]);
        };
        look();
    });
}
"""


def test_tuning_speed(tab: Page, tmp_path: Path, computed: Path) -> None:
    studies = tmp_path / "studies"
    studies.mkdir()
    (studies / "demo").symlink_to(computed / "demo")
    with serve(studies, own_cache(computed / "cache", tmp_path / "cache")) as address:
        for name, (label, link) in SLIDERS.items():
            open_link(tab, address, link)
            first, complete = np.array(_followed(tab, label)).T
            print(
                f"\n{name:8s} {len(first)} moves: first figure {_said(first)}, all panels {_said(complete)}",
                end="",
            )
        print(f"\nduring a forest of 1000 trees: first figure {_said(np.array(_interrupting(tab)))}", end="")
    print(f"\nthe same naively, skrebate and scikit-learn: {_naive(computed):.2f} s a move")
    print("load", os.getloadavg())


def _said(seconds: np.ndarray) -> str:
    return f"median {np.median(seconds):.2f} s (longest {seconds.max():.2f})"


def _followed(tab: Page, label: str) -> list[list[float]]:
    """Seconds to the first panel and to all of them, for moves of a slider to values not shown before."""
    slider, seconds, shown = tab.get_by_role("slider", name=label), [], set()
    shown.add(slider.get_attribute("aria-valuenow") or slider.input_value())
    for share in np.linspace(0.23, 0.87, 4 * MOVES):
        settled(tab)
        tab.evaluate(WATCH)
        _click(tab, slider, label, share)
        value = slider.get_attribute("aria-valuenow") or slider.input_value()
        if value in shown:
            continue
        shown.add(value)
        seconds.append(tab.evaluate("() => window.followed"))
        if len(seconds) == MOVES:
            break
    return seconds


def _interrupting(tab: Page) -> list[float]:
    """Seconds to the first panel of a move of components kept while a forest of 1000 trees grows."""
    seconds = []
    for share in (0.3, 0.5, 0.7):
        tab.get_by_role("slider", name="Trees").press("Home")
        settled(tab)
        tab.get_by_role("slider", name="Trees").press("End")
        tab.wait_for_timeout(500)
        tab.evaluate(WATCH)
        _click(tab, tab.get_by_role("slider", name="Components kept"), "Components kept", share)
        seconds.append(tab.evaluate("() => window.followed")[0])
    return seconds


def _click(tab: Page, slider: Locator, label: str, share: float) -> None:
    """Let go of the mouse at a share of the slider's length."""
    whole = tab.get_by_test_id("stSlider").filter(has_text=label).first.bounding_box()
    thumb = slider.bounding_box()
    tab.mouse.move(whole["x"] + share * whole["width"], thumb["y"] + thumb["height"] / 2)
    tab.mouse.down()
    tab.mouse.up()


def _naive(kept: Path) -> float:
    """Median of three runs of the whole pipeline in five folds, as one would call the libraries."""
    study = load_study(kept / "demo")
    X = Pipeline(study, Store(kept / "cache")).entry("radiomics")["features"]
    clinical = study.clinical.set_index("patient").loc[X.index]
    y = clinical.loc[clinical["role"] == "training", "lnm"]
    values, folds = X.loc[y.index].to_numpy(), StratifiedKFold(5, shuffle=True, random_state=1)
    relief = ReliefF(n_features_to_select=41, n_neighbors=10)
    forest = RandomForestClassifier(200, min_samples_leaf=2, class_weight="balanced", random_state=1)
    model, seconds = make_pipeline(StandardScaler(), PCA(60), relief, forest), []
    for _ in range(3):
        began = time.perf_counter()
        cross_val_predict(model, values, y.to_numpy(), cv=folds, method="predict_proba")
        seconds.append(time.perf_counter() - began)
    return float(np.median(seconds))
