import gseapy
import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests

from core.errors import TableError
from core.genomics.enrichment import CATEGORIES, enrich, read_gmt

UNIVERSE = [f"G{i}" for i in range(300)]


@pytest.fixture
def network():
    modules = np.repeat(["turquoise", "blue", "grey"], [80, 50, 170])
    return pd.DataFrame({"gene": UNIVERSE, "module": modules})


@pytest.fixture
def sets(tmp_path):
    rng = np.random.default_rng(3)
    lines = []
    for i in range(12):
        genes = [f"G{g}" for g in rng.choice(100 if i < 4 else 400, 25, replace=False)]
        lines.append("\t".join([f"SET{i}", "simulated: Immune system" if i % 2 else "http://set", *genes]))
    lines += ["NOWHERE\tx\tZZZ1\tZZZ2", "RED\tSignal transduction\tG290\tG291\tG290"]
    (tmp_path / "a.gmt").write_text("\n".join(lines[:6]) + "\n\n")
    (tmp_path / "b.gmt").write_text("\r\n".join(lines[6:]))
    return read_gmt([tmp_path / "a.gmt", tmp_path / "b.gmt"])


def test_gmt(sets):
    assert len(sets.sets) == 14
    assert sets.sets["RED"] == ("G290", "G291")
    assert sets.categories["SET1"] == "Immune system"
    assert sets.categories["RED"] == "Signal transduction"
    assert sets.categories["SET0"] == ""


def test_the_36_pathways_of_the_paper_have_their_category_in_keggs_own_file(shared):
    kegg = read_gmt([shared / "data/genesets/c2.cp.kegg.v7.5.1.symbols.gmt"])
    expected = pd.read_csv(shared / "reference/pathways36.csv").set_index("gene_set")["category"].to_dict()
    assert {name: category for name, category in kegg.categories.items() if category} == expected
    assert set(kegg.of_the_paper()) == set(expected)


@pytest.mark.parametrize(
    ("name", "category"),
    [
        ("MAPK signaling pathway", "Signal transduction"), ("ECM-receptor interaction", "Cell communication"),
        ("Fc gamma R-mediated phagocytosis", "Immune system"), ("p53 signaling pathway", CATEGORIES[0]),
        ("Cell adhesion molecules", "Cell communication"), ("Ribosome", ""),
    ],
)  # fmt: skip
def test_categories_by_the_names_of_enrichr(tmp_path, name, category):
    (tmp_path / "a.gmt").write_text(f"{name}\tEnrichr KEGG_2021_Human\tG1\n")
    assert read_gmt([tmp_path / "a.gmt"]).categories == {name: category}


def test_every_module_against_fisher(network, sets):
    table = enrich(network, sets, UNIVERSE)
    assert set(table["module"]) == {"turquoise", "blue"}
    assert len(table) == 2 * 13
    for row in table.itertuples():
        own = set(network.loc[network["module"] == row.module, "gene"])
        inside = set(sets.sets[row.gene_set]) & set(UNIVERSE)
        both = own & inside
        assert set(row.genes.split(";")) - {""} == both
        assert (row.overlap, row.set_size, row.module_size) == (len(both), len(inside), len(own))
        cells = [[len(both), len(inside - own)], [len(own - inside), 300 - len(own | inside)]]
        np.testing.assert_allclose(row.p, fisher_exact(cells, alternative="greater")[1], rtol=1e-9)
        np.testing.assert_allclose(row.expected, len(own) * len(inside) / 300)
    np.testing.assert_allclose(table["q"], multipletests(table["p"], method="fdr_bh")[1])
    assert (table["overlap"] == 0).any()
    assert (table.loc[table["overlap"] == 0, "p"] == 1).all()
    assert table["p"].is_monotonic_increasing


def test_p_and_odds_ratio_are_gseapys(network, sets):
    ours = enrich(network, sets, UNIVERSE)
    ours = ours[(ours["module"] == "turquoise") & (ours["overlap"] > 0)].set_index("gene_set")
    own = network.loc[network["module"] == "turquoise", "gene"].tolist()
    plain = {name: list(genes) for name, genes in sets.sets.items()}
    theirs = (
        gseapy.enrich(own, plain, background=UNIVERSE, outdir=None).results.set_index("Term").loc[ours.index]
    )
    np.testing.assert_allclose(ours["p"], theirs["P-value"].astype(float), rtol=1e-12)
    np.testing.assert_allclose(ours["odds_ratio"], theirs["Odds Ratio"].astype(float), rtol=1e-12)


def test_universe_decides(network, sets):
    small = enrich(network, sets, UNIVERSE[:200])
    assert small.loc[small["gene_set"] == "RED"].empty
    assert small["p"].max() <= 1


def test_no_module_gives_an_empty_table(network, sets):
    table = enrich(network.assign(module="grey"), sets, UNIVERSE)
    assert table.empty
    assert "q" in table


def test_no_common_gene_is_an_error(network, sets):
    with pytest.raises(TableError, match="GENESETS-OVERLAP"):
        enrich(network, sets, ["ENSG1", "ENSG2"])


def test_malformed_gmt_lists_everything(tmp_path):
    (tmp_path / "a.gmt").write_text("A\tx\tG1\nB\tx\nA\tx\tG2\n\tx\tG3\n")
    (tmp_path / "b.gmt").write_bytes(b"\xff\xfe\x00\x01\x9d")
    with pytest.raises(TableError) as error:
        read_gmt([tmp_path / "a.gmt", tmp_path / "b.gmt"])
    for part in (
        "file 1, line 2: no genes",
        "line 3: A stands here again",
        "line 4: no name",
        "file 2: a file that cannot be read",
    ):
        assert part in str(error.value)
    (tmp_path / "a.gmt").write_text("\n")
    with pytest.raises(TableError, match="no gene set"):
        read_gmt([tmp_path / "a.gmt"])


def test_gene_sets_that_are_not_there_say_how_to_supply_them(tmp_path):
    (tmp_path / "a.gmt").write_text("A\tx\tG1\n")
    with pytest.raises(TableError, match=r"GENESETS-MISSING.*number 2.*fetch genesets") as error:
        read_gmt([tmp_path / "a.gmt", tmp_path / "absent.gmt"])
    assert "absent" not in str(error.value)
    with pytest.raises(TableError, match="GENESETS-MISSING.*no file named"):
        read_gmt([])
