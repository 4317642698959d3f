"""Report on the expression table and on the modules in a second cohort."""

from functools import partial

from core.figures.expression import flow_figure, means_figure, samples_figure
from core.figures.preservation import preservation_figure
from core.genomics.expression import gene_flow
from core.genomics.preservation import STRONG, WEAK
from core.genomics.samples import APART
from core.genomics.second_cohort import FEWEST_SAMPLES
from core.methods import expression as words
from core.methods import preservation as preserved
from core.report.study.parts import Plot, Results, Section, Table


def expression(results: Results) -> Section:
    """Scale, repairs, genes left after each step, samples that stand apart."""
    info, samples, means = (results.frame("expression", name) for name in ("info", "samples", "means"))
    chosen = results.study.settings.expression
    limit = APART if chosen.min_z is None else chosen.min_z
    lnm = results.study.clinical.set_index("patient")["lnm"].to_dict()
    filtered = words.mean_filter(info, means, chosen)
    parts = (
        f"{words.headline(info, samples)} {words.scale(info)}",
        Plot(partial(flow_figure, gene_flow(info)), words.FLOW),
        f"**Repairs.** {words.repaired(info)}",
        Plot(partial(means_figure, means["mean"], chosen.min_mean), filtered),
        f"{words.apart(samples, limit)} {words.dropped(samples, chosen)}",
        Plot(partial(samples_figure, samples, lnm, limit), words.CONNECTIVITY),
    )
    return Section(parts, words.expression_text(info, chosen))


def preservation(results: Results) -> Section:
    """Zsummary and median rank of every module in the second cohort."""
    table, info = results.frame("preservation", "table"), results.frame("preservation", "info")
    settings = results.study.settings
    parts = (
        preserved.headline(table, info),
        Plot(partial(preservation_figure, table, "", (WEAK, STRONG)), f"{preserved.CAPTION}."),
        Table(preserved.preservation_table(table)),
    )
    return Section(parts, preserved.preservation_text(info, settings.preservation, settings.coexpression))


def has_second(results: Results) -> bool:
    """Whether a second cohort with gene expression is there, as far as it is known."""
    if results.study.second_expression is not None:
        return True
    info = results.frame("expression", "info")
    return info is not None and info["validation_patients"] >= FEWEST_SAMPLES
