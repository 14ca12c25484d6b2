"""docs/reference/options.md says of every option what the code says."""

import re

from pytest_modelbench.session.options import OPTIONS
from tests.docs.pages import DOCS

PAGE = DOCS / "reference" / "options.md"
ROW = re.compile(r"^\| `(--[^`]+)` \| (.+?) \| `(MODELBENCH_\w+)` \| (.+?) \|", re.MULTILINE)


def test_the_table_has_every_option_and_its_forms():
    rows = set(ROW.findall(PAGE.read_text("utf-8")))

    expected = {
        (
            " ".join(filter(None, [option.long_form, option.metavar])),
            f"`{option.short_form}`" if option.short else "none",
            option.variable,
            f"`{option.dest}`" if option.in_ini else "none",
        )
        for option in OPTIONS
    }
    assert rows == expected
