"""Nodescope on the command line. Exit 0 fine, 1 the input is at fault, 2 could not run, 3 warnings."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from io import TextIOWrapper

from core.commands.features import add_feature_commands
from core.commands.fetch import add_fetch_commands
from core.commands.folder import add_folder_commands
from core.commands.genomics import add_genomics_commands
from core.commands.models import add_model_commands
from core.commands.places import room
from core.commands.report import add_report_commands
from core.commands.study import add_study_commands
from core.errors import NodescopeError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a terminal that knows ASCII alone
            stream.reconfigure(errors="backslashreplace")
    options = vars(_parser().parse_args(arguments))
    command: Callable[..., int] = options.pop("command")
    try:
        with room():
            return command(**options)
    except NodescopeError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:  # who read what is printed wants no more of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2
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

    for declare in (
        add_study_commands,
        add_folder_commands,
        add_fetch_commands,
        add_feature_commands,
        add_model_commands,
        add_genomics_commands,
        add_report_commands,
    ):
        declare(add)
    return parser


if __name__ == "__main__":
    sys.exit(main())
