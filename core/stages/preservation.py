"""Stage that looks for the modules in a second cohort: another file, or the validation patients."""

from typing import Any

from core.digests import file_digest
from core.settings import Settings, as_dict
from core.stages.biology import GENOMICS, expression_inputs, has_expression
from core.stages.stage import Context, Inputs, Stage
from core.store import Payload, Store
from core.study.manifest import Study


def _preservation(ctx: Context) -> Payload:
    from core.genomics.preservation import preservation
    from core.genomics.second_cohort import second_cohort

    study, chosen, modules = ctx.study, ctx.settings.preservation, ctx.upstream("modules")
    own = study.second_expression is None
    file, patients = (
        (study.expression, study.patients("validation")) if own else (study.second_expression, None)
    )
    stated = ctx.settings.expression if own else chosen
    other = second_cohort(file, patients, stated.scale, stated.negatives)  # type: ignore[arg-type]  # a file
    values, genes = ctx.upstream("expression")["values"], modules["genes"]
    table = preservation(
        values,
        other,
        genes,
        modules["info"]["power"],
        chosen.seed,
        ctx.settings.coexpression.network,
        chosen.permutations,
        progress=ctx.report,
    )
    shared = int(genes["gene"].isin(other.index).sum())
    info = {
        "reference": values.shape[1],
        "samples": other.shape[1],
        "shared_genes": shared,
        "own_file": not own,
    }
    return {"table": table, "info": info}


def _inputs(study: Study, store: Store) -> Inputs:
    second = file_digest(study.second_expression) if study.second_expression else ""
    return {"second": second, **expression_inputs(study, store)}


def _settings(settings: Settings) -> Any:
    stated = [settings.expression.scale, settings.expression.negatives]
    return [as_dict(settings.preservation), settings.coexpression.network, stated]


def _may_have_second(study: Study) -> bool:
    """Whether a second cohort is named; whether its patients have expression only the file can tell."""
    return has_expression(study) and bool(study.second_expression or study.patients("validation"))


PRESERVATION = Stage(
    "preservation", "Module preservation", _preservation, ("expression", "modules"), _settings, _inputs,
    ("core.genomics.preservation", "core.genomics.second_cohort"), GENOMICS,
    when=_may_have_second, on_demand=True,
)  # fmt: skip
