"""Options that can also be set by variables of the environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click
from click.core import ParameterSource

PREFIX = "IMAGINE_HARNESS_"
"""What the names of the variables begin with; the option's own follows, in capitals."""


class Repeated(click.Option):
    """An option that may be given several times.

    In a variable its values stand one a line, or on one line with commas between them.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        named["multiple"] = True
        super().__init__(*given, **named)

    def value_from_envvar(self, ctx: click.Context) -> Any:
        """The values that its variable has, None where it has none."""
        text = self.resolve_envvar_value(ctx)
        return split(text) or None if text is not None else None


def split(text: str) -> list[str]:
    """Several values in one text: one a line, or on one line with commas between them."""
    parts = text.splitlines() if "\n" in text else text.split(",")
    return [each.strip() for each in parts if each.strip()]


class FromEnvironment(click.Command):
    """A command each option of which has a variable, too; an error says which one was wrong."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        for option in self._options():
            option.envvar = variable(option)
            option.show_envvar = True

    def _options(self) -> Iterator[click.Option]:
        return (each for each in self.params if isinstance(each, click.Option))

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line and the environment."""
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            if isinstance(error.param, click.Option) and _is_set(ctx, error.param):
                error.param_hint = variable(error.param)
            raise

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it finds wrong only then is put down to a variable, too."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            blamed = [variable(each) for each in self._meant(error.message) if _is_set(ctx, each)]
            if not blamed:
                raise
            message = f"{error.format_message()} (in the environment: {', '.join(blamed)})"
            raise click.UsageError(message, error.ctx) from error

    def _meant(self, message: str) -> list[click.Option]:
        """The option that a message first speaks of, or any where it names none."""
        known = {_name(option): option for option in self._options()}
        words = (word.strip("-:,") for word in message.split())
        found = next((known[word] for word in words if word in known), None)
        return [*known.values()] if found is None else [found]


def variable(option: click.Option) -> str:
    """The name of an option's variable."""
    return PREFIX + _name(option).replace("-", "_").upper()


def _name(option: click.Option) -> str:
    return option.opts[0].removeprefix("--")


def _is_set(ctx: click.Context, option: click.Option) -> bool:
    return ctx.get_parameter_source(option.name or "") is ParameterSource.ENVIRONMENT
