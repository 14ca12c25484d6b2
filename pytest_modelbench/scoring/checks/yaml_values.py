"""The check for YAML."""

from pytest_modelbench.scoring.checks.base import Check, Finding, Illustration, missed, quote
from pytest_modelbench.scoring.checks.json_values import Json, judge_value
from pytest_modelbench.scoring.extraction.base import NotFound
from pytest_modelbench.scoring.extraction.yaml_values import find_yaml, parse_yaml

__all__ = ["YAML_CHECKS"]


class Yaml(Json):
    """What the YAML in the answer has to be.

    Attributes:
        valid: There has to be a mapping or a list, whatever it holds.
        fields: Values by their path, such as `user.name` or `tags.0`; others are free.
        json_schema: A JSON Schema it has to fulfil.
        whole: Nothing else stands in the answer, not even a fence.
    """


def check_yaml(text: str, arguments: Yaml) -> Finding:
    """Find YAML in the answer and compare it; the unit is the share of right fields."""
    found = find_yaml(text)
    if isinstance(found, NotFound):
        return missed(f"expected a mapping or a list in YAML, got {quote(text.strip())}")
    if arguments.whole and not isinstance(parse_yaml(text), dict | list):
        return missed(f"expected nothing but YAML, got {quote(text.strip())}")
    return judge_value(found.value, arguments, "YAML")


YAML_CHECKS = (
    Check(
        name="yaml",
        arguments=Yaml,
        decide=check_yaml,
        illustration=Illustration(
            arguments={"fields": {"name": "Ada", "tags.0": "math"}},
            fulfilled="```yaml\nname: Ada\ntags: [math]\n```",
            missed="name: Bob",
        ),
    ),
)
