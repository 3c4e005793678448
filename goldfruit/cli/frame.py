"""How every command behaves: exit codes, one-line refusals, and one JSON document with --json."""

import importlib
import inspect
import json
import sys
from collections.abc import Callable
from typing import Any

import click

from goldfruit.kernel.errors import Refusal


class Fault(click.ClickException):
    """A check found something wrong; the report is already on stdout. Exit code 1."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        """Say nothing more: the report names each fault."""


class LazyGroup(click.Group):
    """A group that imports a command's module only when that command is wanted."""

    def __init__(self, *args: Any, commands_in: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._commands_in = commands_in

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, without importing them."""
        return sorted({*super().list_commands(ctx), *self._commands_in})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, imported now, or None."""
        if cmd_name not in self._commands_in:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self._commands_in[cmd_name].partition(":")
        found: click.Command = getattr(importlib.import_module(module), attribute)
        return found


def group(name: str, summary: str, **commands_in: str) -> LazyGroup:
    """Return a lazy group; each keyword is a command's name and its ``module:attribute``."""
    return LazyGroup(
        name,
        help=summary,
        commands_in={key.rstrip("_").replace("_", "-"): at for key, at in commands_in.items()},
    )


def command(name: str, **settings: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a command of a function that returns a JSON document (a dict) to be told.

    The function is called with its parameters. What it returns is printed: as one JSON
    document with ``--json``, else by ``settings["tell"]``, a function of the document that
    returns text. A Refusal goes to stderr as one line ``code: message``, exit code 1; so does
    a document whose ``faults`` is a non-empty list, after it was printed.
    """
    tell: Callable[[dict[str, Any]], str] = settings.pop("tell", _as_lines)

    def wrap(function: Callable[..., Any]) -> click.Command:
        def run(*args: Any, as_json: bool, **kwargs: Any) -> None:
            try:
                document = function(*args, **kwargs)
            except Refusal as refusal:
                click.echo(f"{refusal.code}: {one_line(refusal)}", err=True)
                raise SystemExit(1) from refusal
            if as_json:
                json.dump(document, sys.stdout, ensure_ascii=False, indent=1, default=str)
                sys.stdout.write("\n")
            elif said := tell(document):
                click.echo(said)
            if document.get("faults"):
                raise Fault("faults")

        made = click.Command(
            name,
            callback=run,
            params=list(reversed(getattr(function, "__click_params__", []))),
            help=inspect.cleandoc(function.__doc__ or ""),
            **settings,
        )
        made.params.append(
            click.Option(["--json", "as_json"], is_flag=True, help="Print one JSON document.")
        )
        return made

    return wrap


def one_line(refusal: Refusal) -> str:
    """Return what the refusal says, on one line."""
    return " ".join(str(refusal).split())


def _as_lines(document: dict[str, Any]) -> str:
    return "\n".join(f"{key}: {value}" for key, value in document.items() if key != "faults")
