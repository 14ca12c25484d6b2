"""Checks made of plain functions, as projects write them.

The first parameter of the function gets the text of the answer. Parameters called `prompt`,
`answer_tokens` and `seconds` get what is known beside it; all others are arguments of the check,
as strict as those of the checks here.
"""

import inspect
from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Annotated, Any, Final, get_type_hints

from pydantic import Field, PydanticUserError, create_model
from pydantic.errors import PydanticSchemaGenerationError

from pytest_modelbench.errors import SuiteError
from pytest_modelbench.scoring.checks.base import (
    AnswerCheck,
    Arguments,
    Check,
    Decision,
    Finding,
    Illustration,
    Material,
    Undecided,
    quote,
)

__all__ = ["check_of_function"]

# Parameters of these names get what `Material` has, and are no arguments.
FACTS: Final = ("prompt", "answer_tokens", "seconds")
SIGNATURE_HINT = "Write it as `def name(text: str, *, argument: type = default) -> bool`."
RETURN_HINT = "true or false, a number from 0 to 1, (number, reason) or a Finding"
NO_ILLUSTRATION = Illustration(arguments={}, fulfilled="", missed="")
PAIR = 2


def check_of_function(
    function: Callable[..., object], name: str, version: int | str
) -> Check[Any] | AnswerCheck[Any]:
    """Return a check that decides as a plain function does.

    Args:
        name: As it is written in a suite.
        version: Moves when the function's code does.

    Raises:
        SuiteError: Its signature is none that a check can have.
    """
    arguments, facts = _read_parameters(function, name)

    def decide(material: Material, given: Arguments) -> Decision:
        known = {fact: getattr(material, fact) for fact in facts}
        for fact, value in known.items():
            if value is None:
                return Undecided(reason=f"`{name}` needs `{fact}`, which nobody knows here")
        # Copies: the function may change what it gets.
        written = {
            str(field.alias): deepcopy(getattr(given, attribute))
            for attribute, field in arguments.model_fields.items()
        }
        try:
            returned = function(material.text, **known, **written)
        except (Exception, SystemExit) as error:  # noqa: BLE001  the project's own code
            reason = f"`{name}` raised {type(error).__name__}: {quote(str(error))}"
            return Undecided(reason=reason)
        return _read_decision(returned, name)

    shared: dict[str, Any] = {
        "name": name,
        "arguments": arguments,
        "illustration": NO_ILLUSTRATION,
        "version": version,
    }
    if facts:
        return AnswerCheck(decide=decide, **shared)
    # The text is enough: a reference answer can be held against it.
    return Check(decide=lambda text, given: decide(Material(text=text), given), **shared)


def _read_parameters(
    function: Callable[..., object], name: str
) -> tuple[type[Arguments], tuple[str, ...]]:
    if inspect.iscoroutinefunction(function):
        raise SuiteError(f"`{name}` must be a plain function, got one that is `async`")
    try:
        parameters = list(inspect.signature(function).parameters.values())
        hints = get_type_hints(function, include_extras=True)
    except (TypeError, ValueError, NameError, AttributeError) as error:
        raise SuiteError(f"`{name}` has no signature to read: {error}", SIGNATURE_HINT) from error
    if not parameters or parameters[0].kind not in {
        inspect.Parameter.POSITIONAL_ONLY,
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
    }:
        problem = f"`{name}` must take the text of the answer as its first parameter"
        raise SuiteError(problem, SIGNATURE_HINT)
    facts = tuple(entry.name for entry in parameters[1:] if entry.name in FACTS)
    named = [entry for entry in parameters[1:] if entry.name not in FACTS]
    for entry in named:
        if entry.kind not in {
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
            inspect.Parameter.KEYWORD_ONLY,
        }:
            problem = f"`{name}` must name each of its arguments, got `{entry}`"
            raise SuiteError(problem, SIGNATURE_HINT)
    return _make_arguments(function, name, named, hints), facts


def _make_arguments(
    function: Callable[..., object],
    name: str,
    parameters: list[inspect.Parameter],
    hints: Mapping[str, Any],
) -> type[Arguments]:
    fields: dict[str, Any] = {}
    for at, entry in enumerate(parameters):
        default = ... if entry.default is inspect.Parameter.empty else entry.default
        kind = hints.get(entry.name, Any)
        # By number: a parameter may be called like an attribute of pydantic's class.
        fields[f"argument_{at}"] = (Annotated[kind, Field(alias=entry.name)], default)
    try:
        made = create_model(
            "OwnArguments", __base__=Arguments, __doc__=inspect.getdoc(function), **fields
        )
        made.model_json_schema()
    except (PydanticSchemaGenerationError, PydanticUserError) as error:
        problem = f"`{name}` has an argument whose type cannot be written in YAML"
        raise SuiteError(problem, str(error).partition("\n")[0]) from error
    if parameters:
        made.shorthand = parameters[0].name
    return made


def _read_decision(returned: object, name: str) -> Decision:
    if isinstance(returned, Undecided):
        return returned
    value, reason = returned, ""
    if isinstance(returned, Finding):
        value, reason = returned.unit, returned.reason
    if isinstance(returned, tuple) and len(returned) == PAIR and isinstance(returned[1], str):
        value, reason = returned
    if not isinstance(value, bool | int | float) or not (0 <= value <= 1):
        return Undecided(reason=f"`{name}` must return {RETURN_HINT}, got {quote(returned)}")
    return Finding(unit=float(value), reason=reason or f"`{name}` says {value}")
