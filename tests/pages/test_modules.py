"""The module pages show what core computed, of the patients that pass the filter."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import pearsonr
from streamlit.testing.v1 import AppTest

from core.figures.text import estimate, number, p_number, p_value
from core.genomics.module_links import hubs, pair
from core.genomics.traits import trait_table
from core.pipeline import Pipeline
from core.store import Store
from core.study.manifest import Study, load_study
from tests.pages.conftest import ROOT, said, tables

MODULES, TRAITS = "pages/biology/modules.py", "pages/biology/module_traits.py"


@pytest.fixture
def study(small_study: Path) -> Study:
    return load_study(small_study)


@pytest.fixture
def stored(study: Study, small_run) -> Pipeline:
    return Pipeline(study, Store(small_run.cache))


def opened(page: str, visit, studies: Path, cache: Path, filter: str = "", **chosen: str) -> AppTest:
    """A page with a filter that came by its link, and then with these values chosen on it."""
    visit(studies, cache)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    if filter:
        app.query_params["filter"] = filter
    app.run().switch_page(page).run()
    for key, value in chosen.items():
        control = app.selectbox if key in ("module", "trait", "gene") else app.segmented_control
        control(key=key).set_value(value)
    return app.run() if chosen else app


def figure(app: AppTest, key: str) -> list[dict[str, Any]]:
    (chart,) = [c for c in app.get("plotly_chart") if f"chart_{key}" in c.proto.id]
    return json.loads(chart.proto.spec)["data"]


def test_modules_are_counted_and_their_hubs_are_those_of_core(visit, studies, small_run, stored) -> None:
    entry = stored.entry("modules")
    genes, kme = entry["genes"], entry["kme"]
    largest = genes.loc[genes["module"] != "grey", "module"].value_counts().index[0]
    app = opened(MODULES, visit, studies, small_run.cache, module=largest)
    assert not app.exception
    text = said(app)
    assert f"**{genes['module'].nunique() - 1} modules**" in text
    assert f"power {entry['info']['power']}" in text
    assert app.selectbox(key="module").value == largest
    top = hubs(genes, kme, largest)
    (bars,) = figure(app, "hubs")
    assert bars["y"] == list(top["gene"][:15])
    table = next(table for table in tables(app) if "Module" in table)
    row = table[table["Module"] == largest].iloc[0]
    assert row["Genes"] == len(top)
    assert row["Hub genes by |kME|"] == ", ".join(top["gene"][:5])
    traits = stored.entry("module_traits")["table"]
    best = traits[traits["module"] == largest].sort_values("p").iloc[0]
    assert (row["Strongest trait"], row["r"], row["q"]) == (
        best["trait"],
        number(best["r"]),
        p_number(best["q"]),
    )


def test_the_strongest_correlation_is_said_and_the_table_begins_with_it(
    visit, studies, small_run, stored
) -> None:
    table = stored.entry("module_traits")["table"]
    app = opened(TRAITS, visit, studies, small_run.cache, traits="All", module_rows="All")
    assert not app.exception
    best = table.sort_values("p").iloc[0]
    text = f"**{best['module']}** correlates most strongly with {best['trait']}: r = {number(best['r'])}, "
    assert text + f"{p_value(best['p'])}, {p_value(best['q'], 'q')} (n = {best['n']})" in said(app)
    first = tables(app)[-1].iloc[0]
    assert (first["Module"], first["Trait"], first["r"]) == (best["module"], best["trait"], number(best["r"]))
    assert (app.selectbox(key="module").value, app.selectbox(key="trait").value) == (
        best["module"],
        best["trait"],
    )


def test_a_filter_recomputes_the_correlations_of_the_training_patients(
    visit, studies, small_run, stored, study
) -> None:
    clinical = study.clinical
    age = clinical.loc[clinical["role"] == "training", "age"].median()
    eigengenes = stored.entry("modules")["eigengenes"]
    traits = trait_table(stored.entry("fusion")["predictions"], clinical)
    chosen = [c for c in eigengenes if c != "MEgrey"][0].removeprefix("ME")
    app = opened(
        TRAITS, visit, studies, small_run.cache,
        filter=f"age:{age}..200.0", module=chosen, trait="DLRN", traits="All", module_rows="All",
    )  # fmt: skip
    assert not app.exception
    old = clinical.loc[clinical["age"] >= age, "patient"]
    inside = [code for code in traits.index if code in set(old)]
    r, p = pearsonr(eigengenes.loc[inside, f"ME{chosen}"], traits.loc[inside, "DLRN"])
    table = tables(app)[-1]
    row = table[(table["Module"] == chosen) & (table["Trait"] == "DLRN")].iloc[0]
    assert (row["r"], row["P"], row["n"]) == (number(r), p_number(p), len(inside))
    found = pair(eigengenes.loc[inside, f"ME{chosen}"], traits["DLRN"])
    assert f"r = {estimate(r, found.low, found.high)}, {p_value(p)}" in said(app)
    drawn = [code for trace in figure(app, "pair") for code in trace.get("ids", [])]
    assert sorted(drawn) == sorted(inside)
    assert f"{len(inside)} training patients that pass the filter" in app.code[0].value


@pytest.mark.parametrize("rule", ["age:0.0..1.0", "age:150.0..200.0", "cohort:sim-nact|", "lnm:1|"])
def test_filters_that_leave_few_or_one_class(rule: str, visit, studies, small_run) -> None:
    for page in (MODULES, TRAITS):
        app = opened(page, visit, studies, small_run.cache, filter=rule)
        assert not app.exception
        assert not app.error
        if page == TRAITS and rule == "lnm:1|":
            table = tables(app)[-1]
            assert (table.loc[table["Trait"] == "LNM", "r"] == "n/a").all()
            assert f"over all {(table['P'] != 'n/a').sum()} tests" in said(app)
        if page == TRAITS and rule != "lnm:1|":
            assert "fewer than 4 training patients" in app.info[0].value


def test_a_study_without_expression_says_so(visit, small_study: Path, tmp_path: Path) -> None:
    folder = tmp_path / "studies" / "demo"
    folder.mkdir(parents=True)
    for part in small_study.iterdir():
        if part.name != "study.toml":
            (folder / part.name).symlink_to(part)
    toml = (small_study / "study.toml").read_text()
    (folder / "study.toml").write_text(without(toml, "expression"))
    for page in (MODULES, TRAITS):
        app = opened(page, visit, tmp_path / "studies", tmp_path / "cache")
        assert not app.exception
        assert "no gene expression" in app.info[0].value


def without(toml: str, section: str) -> str:
    head, _, rest = toml.partition(f"[{section}]")
    assert rest
    return head + (rest[rest.index("\n[") + 1 :] if "\n[" in rest else "")


def test_eigengenes_by_lnm_are_those_of_core(visit, studies, small_run, stored, study) -> None:
    eigengenes = stored.entry("modules")["eigengenes"]
    chosen = [c for c in eigengenes if c != "MEgrey"][0].removeprefix("ME")
    app = opened(MODULES, visit, studies, small_run.cache, module=chosen)
    lnm = study.clinical.set_index("patient")["lnm"]
    found = pair(eigengenes[f"ME{chosen}"], lnm)
    assert f"{chosen} and LNM: r = {estimate(found.r, found.low, found.high)}" in said(app)
    ids = [code for box in figure(app, "eigengene_lnm") for code in box["ids"]]
    assert sorted(ids) == sorted(eigengenes.index)
    assert np.isin([lnm[code] for code in ids], [0, 1]).all()


def test_a_gene_of_the_module_is_shown_with_its_numbers_and_gene_sets(
    visit, studies, small_run, stored, study
) -> None:
    """kME, r with the chosen signature, and every set that holds the gene."""
    module = stored.entry("module_traits")["table"].sort_values("p")["module"].iloc[0]
    genes, kme = stored.entry("modules")["genes"], stored.entry("modules")["kme"]
    gene = hubs(genes, kme, module)["gene"][3]
    app = opened(MODULES, visit, studies, small_run.cache, module=module, gene=gene, gene_trait="Radiomics")
    assert not app.exception
    values = stored.entry("expression")["values"]
    signature = trait_table(stored.entry("fusion")["predictions"], study.clinical)["Radiomics"]
    found = pair(values.loc[gene], signature)
    text = said(app)
    assert f"**{gene}**: kME {number(kme.at[gene, module])} in {module}" in text
    assert f"for Radiomics {estimate(found.r, found.low, found.high)}, {p_value(found.p)}" in text
    sets = [line.split("\t") for line in study.genesets[0].read_text().splitlines()]
    assert f"Gene sets with {gene} ({sum(gene in line[2:] for line in sets)})" in text
    edges, nodes = figure(app, "hub_network")
    assert list(nodes["customdata"]) == list(hubs(genes, kme, module)["gene"][:30])
    drawn = [code for trace in figure(app, "gene") for code in trace.get("ids", [])]
    assert sorted(drawn) == sorted(values.columns)
    # The heat map holds the module's genes of largest kME at most, never the whole matrix.
    (heat,) = figure(app, "overlap")
    assert set(heat["x"]) == set(hubs(genes, kme, module)["gene"][:150])


def test_a_gene_of_another_module_gives_way_when_the_module_changes(
    visit, studies, small_run, stored
) -> None:
    genes, kme = stored.entry("modules")["genes"], stored.entry("modules")["kme"]
    first, second = genes.loc[genes["module"] != "grey", "module"].value_counts().index[:2]
    app = opened(MODULES, visit, studies, small_run.cache, module=first)
    app.selectbox(key="gene").set_value(hubs(genes, kme, first)["gene"][5]).run()
    app.selectbox(key="module").set_value(second).run()
    assert app.selectbox(key="gene").value == hubs(genes, kme, second)["gene"][0]
    assert not app.exception and not app.toast
