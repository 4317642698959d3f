"""Nodescope on the command line. Exit 0 fine, 1 the input is at fault, 2 could not run, 3 warnings."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from core import commands, feature_commands
from core.errors import NodescopeError
from core.fetch_commands import add_fetch_commands
from core.folder_commands import add_folder_commands
from core.genomics_commands import add_genomics_commands
from core.paths import cache_folder
from core.report_commands import add_report_commands

PRESETS = ("leak_free", "published")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = vars(_parser().parse_args(arguments))
    command: Callable[..., int] = options.pop("command")
    try:
        return command(**options)
    except NodescopeError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("Stopped; finished work is kept.", file=sys.stderr)
        return 2
    except Exception as error:
        # Whatever escapes is a defect of ours: its text may hold paths, so only its kind is shown.
        if os.environ.get("NODESCOPE_DEBUG"):
            raise
        print(
            f"[INTERNAL] Nodescope failed ({type(error).__name__}). Set NODESCOPE_DEBUG=1 for the details.",
            file=sys.stderr,
        )
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m core", description=__doc__)
    commands_of = parser.add_subparsers(title="commands", required=True)

    def add(name: str, command: Callable[..., int], help_text: str) -> argparse.ArgumentParser:
        sub = commands_of.add_parser(name, help=help_text, description=help_text)
        sub.set_defaults(command=command)
        return sub

    _add_study_commands(add)
    _add_feature_commands(add)
    _add_case_commands(add)
    add_genomics_commands(add)
    add_folder_commands(add)
    add_fetch_commands(add)
    add_report_commands(add, _study_options)
    return parser


def _add_study_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    demo = add("demo", commands.demo, "write the synthetic demo study")
    demo.add_argument("directory", type=Path, metavar="DIR")
    demo.add_argument("--small", action="store_true", help="24 + 16 patients, 1,500 genes")
    demo.add_argument("--seed", type=int, default=20240416)
    run = add("run", commands.run, "compute all stages of a study into the cache")
    run.add_argument("study", type=Path, metavar="STUDY")
    _study_options(run)
    run.add_argument(
        "--workers",
        type=int,
        default=2,
        choices=range(1, 129),
        metavar="N",
        help="processes for work done case by case",
    )
    run.add_argument("--only", metavar="STAGE", help="this stage and what it needs")
    run.add_argument("--dask", metavar="ADDRESS", help="scheduler of a Dask cluster, tcp://host:port")
    run.add_argument("--demo", action="store_true", help="write the demo study there first if it is missing")
    bundle = add("bundle", commands.bundle, "freeze a computed study's model into one file")
    bundle.add_argument("study", type=Path, metavar="STUDY")
    _study_options(bundle)
    _output(bundle)
    evaluate = add("evaluate", commands.evaluate, "all statistics of a predictions table")
    evaluate.add_argument("predictions", type=Path, metavar="PREDICTIONS.csv")
    evaluate.add_argument("--outcome", required=True, metavar="COLUMN")
    evaluate.add_argument("--models", nargs="+", required=True, metavar="COLUMN")
    evaluate.add_argument("--train", type=Path, metavar="TRAIN.csv", help="takes the cut-offs from there")
    evaluate.add_argument("--risk-cutoffs", type=float, nargs="+", default=[], metavar="P")
    evaluate.add_argument("--intervals", action="store_true", help="add the 95%% limits of every statistic")
    said = "with --train: Yates' correction of the chi-square test of the outcome between both tables"
    evaluate.add_argument("--correct", action="store_true", help=said)
    _output(evaluate)


def _add_feature_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    radiomics = add("radiomics", feature_commands.radiomics, "1781 PyRadiomics features of one lesion")
    _image_and_mask(radiomics)
    radiomics.add_argument("--settings", type=Path, metavar="F.yaml", help="PyRadiomics parameter file")
    _what_is_measured(radiomics, ("all", "largest", "each"))
    _output(radiomics)
    deep = add("deep", feature_commands.deep, "GoogLeNet or ResNet50 features of one lesion's key slice")
    _image_and_mask(deep)
    deep.add_argument("--backbone", choices=("googlenet", "resnet50"), required=True)
    _cache_option(deep)
    _output(deep)
    volume = add(
        "tumour-volume", feature_commands.tumour_volume, "the I-SPY functional tumour volume as a mask"
    )
    volume.add_argument("--dce", type=Path, required=True, metavar="DIR")
    for name in ("pe", "ser"):
        said = "computed from the phases where it is not given"
        volume.add_argument(f"--{name}", type=Path, metavar="DIR", help=said)
    volume.add_argument("--seg", type=Path, required=True, metavar="FILE")
    _output(volume)
    ibsi = add("ibsi", feature_commands.ibsi, "the feature engine beside IBSI's reference values")
    ibsi.add_argument("--phantom", type=Path, metavar="DIR", help="IBSI's own files, else the built-in copy")
    _output(ibsi)


def _add_case_commands(add: Callable[..., argparse.ArgumentParser]) -> None:
    predict = add("predict", commands.predict, "score one case with a frozen model")
    predict.add_argument("bundle", type=Path, metavar="BUNDLE")
    predict.add_argument("case", type=Path, nargs="+", metavar="CASE", help="IMAGE MASK, or CASE.zip")
    predict.add_argument("--phase", type=int, help="DCE phase, 0 is the pre-contrast one")
    predict.add_argument("--series", type=int, help="which of several dynamic series, 0 is the likeliest")
    predict.add_argument(
        "--resample-mask", action="store_true", help="agree that a mask on another grid is resampled"
    )
    _what_is_measured(predict, ("all", "largest"))
    predict.add_argument("--batch", help="batch (scanner, say) of the case, for a model with ComBat")
    predict.add_argument(
        "--covariate", action="append", default=[], metavar="NAME=VALUE",
        help="of the case, once for each covariate of the nomogram",
    )  # fmt: skip
    _cache_option(predict)
    _output(predict)


def _study_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--preset", choices=PRESETS, default=None)
    _cache_option(parser)


def _cache_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="store of stage outputs")


def _image_and_mask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", type=Path, metavar="IMAGE")
    parser.add_argument("mask", type=Path, metavar="MASK")


def _what_is_measured(parser: argparse.ArgumentParser, parts: Sequence[str]) -> None:
    parser.add_argument("--label", type=int, help="label of the lesion in the mask")
    parser.add_argument("--parts", choices=parts, default="all", help="of a lesion in several parts")


def _output(parser: argparse.ArgumentParser, **more: Any) -> None:
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE", **more)


if __name__ == "__main__":
    sys.exit(main())
