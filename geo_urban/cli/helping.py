"""Help pages and complaints about the command line, in the reader's language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from geo_urban.checks import nearest_name
from geo_urban.cli.console import aligned
from geo_urban.errors import InputError
from geo_urban.messages import translate

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["SpokenCommand", "SpokenGroup", "worded"]

INDENT = "  "


class SpokenCommand(TyperCommand):
    """A command whose help is worded by our catalogue."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page of the command."""
        return "\n".join(_page(self, ctx))


class SpokenGroup(TyperGroup):
    """A group of commands whose help and complaints are worded by our catalogue."""

    def get_help(self, ctx: Any) -> str:
        """Return the help page of the group."""
        return "\n".join(_page(self, ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command that the next word names.

        Raises
        ------
        InputError
            If there is none, naming the nearest.
        """
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-"):
            raise InputError(
                "there is no command `{name}`; there are {known}. Did you mean `{near}`?",
                name=args[0],
                known=", ".join(known),
                near=nearest_name(args[0], known) or known[0],
            )
        return super().resolve_command(ctx, args)


def worded(error: Any) -> InputError:
    """Return a complaint about the command line in our own words.

    Parameters
    ----------
    error
        What typer raised.

    Returns
    -------
    InputError
        The same, with the cure.
    """
    path = error.ctx.command_path if getattr(error, "ctx", None) is not None else "geo-urban"
    kind = type(error).__name__
    if kind == "NoSuchOption":
        near = nearest_name(error.option_name, _option_names(error)) or "--help"
        return InputError(
            "there is no option `{option}`. Did you mean `{near}`? `{path} --help` lists them.",
            option=error.option_name,
            near=near,
            path=path,
        )
    if kind == "MissingParameter" and getattr(error, "param", None) is not None:
        return InputError(
            "{argument} is missing. `{path} --help` shows what to give.", argument=_shown_name(error.param), path=path
        )
    if kind == "BadOptionUsage":
        return InputError(
            "the option `{option}` needs a value. `{path} --help` shows which.", option=error.option_name, path=path
        )
    extra = re.search(r"extra arguments?(?:\(s\))? \((.*)\)", error.format_message())
    if extra:
        return InputError(
            "`{words}` is more than the command takes. `{path} --help` shows what to give.",
            words=extra.group(1),
            path=path,
        )
    return InputError(
        "the command line cannot be read: {reason} `{path} --help` shows what to give.",
        reason=error.format_message(),
        path=path,
    )


def _option_names(error: Any) -> list[str]:
    if getattr(error, "ctx", None) is None:
        return []
    return [name for parameter in error.ctx.command.get_params(error.ctx) for name in parameter.opts if name[:1] == "-"]


def _page(command: Any, ctx: Any) -> Iterator[str]:
    parameters = [parameter for parameter in command.get_params(ctx) if not getattr(parameter, "hidden", False)]
    arguments = [parameter for parameter in parameters if parameter.param_type_name == "argument"]
    options = [parameter for parameter in parameters if parameter.param_type_name == "option"]
    commands = getattr(command, "commands", {})
    pieces = [ctx.command_path, *(_shown_name(argument) for argument in arguments)]
    pieces += [translate("[OPTIONS]")] if options else []
    pieces += [translate("COMMAND …")] if commands else []
    yield f"{translate('Usage:')} {' '.join(pieces)}"
    yield ""
    yield translate(" ".join((command.help or "").split()))
    if arguments:
        yield from _section("Arguments", [(_shown_name(item), _described(item)) for item in arguments])
    if commands:
        rows = [(name, translate(" ".join((each.help or "").split()))) for name, each in commands.items()]
        yield from _section("Commands", rows)
    yield from _section("Options", [(_option(item), _described(item)) for item in options])


def _section(title: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    yield ""
    yield translate(title)
    yield aligned(rows, indent=INDENT)


def _shown_name(parameter: Any) -> str:
    if parameter.param_type_name != "argument":
        return str(parameter.opts[-1])
    name = str(parameter.metavar or parameter.name).upper()
    return name if parameter.required else f"[{name}]"


def _option(parameter: Any) -> str:
    names = ", ".join(sorted(parameter.opts, key=len))
    return f"{names} {parameter.metavar}" if parameter.metavar else names


def _described(parameter: Any) -> str:
    return translate(" ".join((getattr(parameter, "help", None) or "").split()))
