"""Command line: ``geo-urban run northeast`` and its companions.

Exit codes: 0 all went well, 1 `verify` found a difference, 2 an input or the command line has a fault, 3 a fault of the
program itself.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from geo_urban.cli.console import complain, prepare_console
from geo_urban.cli.options import split_options
from geo_urban.errors import GeoUrbanError
from geo_urban.messages import current_language, language, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

FAULT_OF_INPUT = 2
FAULT_OF_OURS = 3
INTERRUPTED = 130  # what shells report for Ctrl-C


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; no traceback reaches the user unless ``--debug`` is given.

    Parameters
    ----------
    arguments
        Words after the program's name; by default those of the process.

    Returns
    -------
    int
        0, 1, 2 or 3 (see above), 130 after Ctrl-C.

    Raises
    ------
    Exception
        Whatever went wrong, with ``--debug`` only.

    Examples
    --------
    >>> main(["--version"])  # doctest: +ELLIPSIS
    geo-urban ...
    0
    """
    prepare_console()
    try:
        options, words = split_options(sys.argv[1:] if arguments is None else list(arguments))
    except GeoUrbanError as error:
        complain(str(error))
        return FAULT_OF_INPUT
    with language(options.language or current_language()):
        try:
            from geo_urban.cli.app import run_command

            return run_command(words, options)
        except GeoUrbanError as error:
            if options.debug:
                raise
            complain(str(error))
            return FAULT_OF_INPUT
        except (KeyboardInterrupt, BrokenPipeError):
            return INTERRUPTED
        except Exception as error:
            if options.debug:
                raise
            complain(_our_fault(error))
            return FAULT_OF_OURS


def _our_fault(error: Exception) -> str:
    return translate(
        "this is a fault of the program, not of your input: {kind}: {reason}. Run the command again with `--debug` "
        "and report what it prints.",
        kind=type(error).__name__,
        reason=str(error),
    )


if __name__ == "__main__":
    sys.exit(main())
