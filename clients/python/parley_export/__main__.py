"""The command line."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from parley_export.archive import BadExport, open_export
from parley_export.text import list_conversations, show_conversation


def main(arguments: Sequence[str]) -> int:
    """0 when all is well; 1 with one line of reason."""
    chosen = _parser().parse_args(arguments)
    try:
        with open_export(chosen.file) as export:
            if chosen.command == "verify":
                export.verify()
                counts = ", ".join(f"{n} {name}" for name, n in export.manifest["counts"].items())
                print(f"{chosen.file} is whole: {counts}.")
                for name in export.manifest["missing"]:
                    print(f"{name} was deleted while the export was made.")
            elif chosen.conversation is None:
                print(*list_conversations(export), sep="\n")
            else:
                print(*show_conversation(export, chosen.conversation), sep="\n")
    except BadExport as error:
        print(f"parley_export: {chosen.file}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m parley_export", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    verify = commands.add_parser("verify", help="check that an export is whole")
    verify.add_argument("file", type=Path)
    show = commands.add_parser("show", help="list the conversations, or show one as text")
    show.add_argument("file", type=Path)
    show.add_argument("conversation", nargs="?", help="its id or name")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
