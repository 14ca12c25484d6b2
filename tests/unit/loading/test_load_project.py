"""modelbench.yaml."""

from pathlib import Path
from typing import Any

import pytest

from pytest_modelbench.domain import (
    Bound,
    JudgeSettings,
    Outcome,
    Place,
    Relation,
    SamplingChanges,
    Threshold,
)
from pytest_modelbench.errors import SettingsError
from pytest_modelbench.loading import load_project

WHOLE_PROJECT = """\
    models:
      coder_primary:
        gguf: demo/coder.gguf
        context_tokens: 1024
        sampling: {temperature: 0, max_tokens: 256, seed: 1}
        chat_arguments: {enable_thinking: false, effort: low, budget: 3}
        capabilities: [tools]
        variants:
          moe2: {experts: 2, sampling: {seed: 9, stop: [END]}}
          played: {recorded: answers/coder.jsonl, latency_s: 0.5}
      coder_escalation:
        gguf: ${MODELS}/big.gguf
        chat: raw
        slots: 4
        gpu_layers: -1
    roles:
      first:
        incumbent: coder_primary
        suites: [coder]
        thresholds:
          - {tier: 1, mean: ">= 4"}
          - {suite: coder, pass_rate: "> 0.5"}
          - {outcome: loop, rate: "<= 0.02"}
          - {speed: ">=10"}
      second:
        incumbent: coder_escalation
        suites: [coder, maths]
        above: {role: first, tier: 3, by: 0.3}
    suites: [suites/*.yaml, more/**/*.yaml]
    baselines: accepted
    store: .kept
    resident_models: 2
    judge: {model: judge-1, votes: 3, budget_usd: 2}
    """


def place(line: int) -> Place:
    return Place(path="modelbench.yaml", line=line)


@pytest.fixture
def project(files):
    return files.project(WHOLE_PROJECT, {"MODELS": "/models"})


def test_models_have_a_label_for_each_variant(project):
    assert list(project.models) == [
        "coder_primary",
        "coder_primary@moe2",
        "coder_primary@played",
        "coder_escalation",
    ]


def test_model_is_read(project, files):
    model = project.models["coder_primary"]

    assert model.gguf == files.root / "demo/coder.gguf"
    assert model.recorded is None
    assert model.context_tokens == 1024
    assert model.sampling == SamplingChanges(
        values={"temperature": 0, "max_tokens": 256, "seed": 1}
    )
    assert model.chat_arguments == {"enable_thinking": False, "effort": "low", "budget": 3}
    assert model.capabilities == frozenset({"tools"})
    assert model.place == place(2)


def test_variant_is_merged_over_its_model_and_sampling_key_by_key(project, files):
    variant = project.models["coder_primary@moe2"]

    assert variant.gguf == files.root / "demo/coder.gguf"
    assert variant.context_tokens == 1024
    assert variant.experts == 2
    assert variant.sampling == SamplingChanges(
        values={"temperature": 0, "max_tokens": 256, "seed": 9, "stop": ("END",)}
    )
    assert variant.place == place(9)


def test_variant_may_replace_the_file_by_recorded_answers(project, files):
    variant = project.models["coder_primary@played"]

    assert variant.gguf is None
    assert variant.recorded == files.root / "answers/coder.jsonl"
    assert variant.latency_s == 0.5


def test_environment_variable_is_expanded(project):
    assert project.models["coder_escalation"].gguf == Path("/models/big.gguf")


def test_roles_are_read(project):
    first, second = project.roles.values()

    assert first.thresholds == (
        Threshold(metric="mean", bound=Bound(comparator=">=", number=4.0), tier=1, place=place(21)),
        Threshold(
            metric="pass_rate",
            bound=Bound(comparator=">", number=0.5),
            suite="coder",
            place=place(22),
        ),
        Threshold(
            metric="rate",
            bound=Bound(comparator="<=", number=0.02),
            outcome=Outcome.LOOP,
            place=place(23),
        ),
        Threshold(metric="speed", bound=Bound(comparator=">=", number=10.0), place=place(24)),
    )
    assert (first.name, first.incumbent, first.suites) == ("first", "coder_primary", ("coder",))
    assert second.suites == ("coder", "maths")
    assert second.above == (Relation(role="first", by=0.3, tier=3, place=place(28)),)


def test_everything_else_is_read(project, files):
    assert project.root == files.root
    assert project.path == files.root / "modelbench.yaml"
    assert project.suite_globs == ("suites/*.yaml", "more/**/*.yaml")
    assert project.baselines == "accepted"
    assert project.store == ".kept"
    assert project.resident_models == 2
    assert project.judge == JudgeSettings(model="judge-1", votes=3, budget_usd=2.0)


def test_project_of_one_model_gets_the_defaults(files):
    project = files.project("models: {a: {gguf: a.gguf}}")

    assert project.roles == {}
    assert project.suite_globs == ("suites/*.yaml",)
    assert project.baselines == "baselines"
    assert project.store == ".modelbench"
    assert project.resident_models == 1
    assert project.judge is None


def test_chat_template_is_the_text_of_the_file(files):
    files.write("{{ messages }}", "templates/chat.jinja")

    project = files.project("models: {a: {gguf: a.gguf, chat_template: templates/chat.jinja}}")

    assert project.models["a"].chat_template == "{{ messages }}"


def test_chat_template_that_cannot_be_read_is_refused(files):
    (files.root / "latin.jinja").write_bytes(b"\xe9")

    complaint = files.project_complaint("""\
        models:
          a: {gguf: a.gguf, chat_template: gone.jinja}
          b: {gguf: a.gguf, chat_template: latin.jinja}
        """)

    assert complaint == (
        "modelbench.yaml:2: `chat_template` 'gone.jinja' cannot be read:"
        " No such file or directory\n"
        "modelbench.yaml:3: `chat_template` 'latin.jinja' is not UTF-8\n"
        "  Hint: save the file as UTF-8"
    )


def test_model_file_need_not_be_there(files):
    project = files.project("models: {a: {gguf: nowhere/a.gguf}}")

    assert project.models["a"].gguf == files.root / "nowhere/a.gguf"


def test_environment_variable_that_is_not_set_is_refused(files):
    complaint = files.project_complaint(
        "models:\n  a:\n    gguf: ${MODELS_DIR}/a.gguf\n  b: {gguf: '${HOME}/${X}.gguf'}\n",
        {"HOME": "/home/me", "MODEL_DIR": "/m"},
    )

    assert complaint == (
        "modelbench.yaml:3: the environment variable `MODELS_DIR` is not set\n"
        "  Hint: set it, for instance: export MODELS_DIR=...; did you mean `MODEL_DIR`?\n"
        "modelbench.yaml:4: the environment variable `X` is not set\n"
        "  Hint: set it, for instance: export X=..."
    )


def test_empty_path_of_a_model_is_refused(files):
    complaint = files.project_complaint('models: {d: {gguf: ""}}')

    assert complaint == "modelbench.yaml:1: `gguf` must not be empty"


def test_model_without_a_source_or_with_two_is_refused(files):
    complaint = files.project_complaint("""\
        models:
          a: {}
          b: {gguf: b.gguf, recorded: b.jsonl}
          c: {gguf: c.gguf, latency_s: 1}
        """)

    assert complaint == (
        "modelbench.yaml:2: the model 'a' has neither `gguf` nor `recorded`\n"
        "  Hint: name the model file with `gguf: path/to/model.gguf`\n"
        "modelbench.yaml:3: `gguf` and `recorded` exclude each other\n"
        "  Hint: keep `gguf` for a real model, `recorded` to play answers back\n"
        "modelbench.yaml:4: `latency_s` is only for recorded answers\n"
        "  Hint: leave it out"
    )


def test_planned_sources_are_not_supported_yet(files):
    complaint = files.project_complaint("""\
        models:
          a: {endpoint: "http://localhost:8080"}
          b: {claude: some-model}
        """)

    assert complaint == (
        "modelbench.yaml:2: `endpoint` is not supported yet\n"
        "  Hint: use `gguf` or `recorded`\n"
        "modelbench.yaml:2: the model 'a' has neither `gguf` nor `recorded`\n"
        "  Hint: name the model file with `gguf: path/to/model.gguf`\n"
        "modelbench.yaml:3: `claude` is not supported yet\n"
        "  Hint: use `gguf` or `recorded`\n"
        "modelbench.yaml:3: the model 'b' has neither `gguf` nor `recorded`\n"
        "  Hint: name the model file with `gguf: path/to/model.gguf`"
    )


def test_names_with_other_letters_are_refused(files):
    complaint = files.project_complaint("""\
        models:
          a@b: {gguf: a.gguf}
          c: {gguf: c.gguf, variants: {d e: {experts: 2}}}
        """)

    assert complaint == (
        "modelbench.yaml:2: the name of a model must be letters, digits, `_`, `.` and `-`,"
        " got 'a@b'\n"
        "modelbench.yaml:3: the name of a variant must be letters, digits, `_`, `.` and `-`,"
        " got 'd e'"
    )


def test_unknown_keys_name_the_nearest_valid_one(files):
    complaint = files.project_complaint("""\
        modles: {}
        models:
          a:
            gguf: a.gguf
            context_token: 10
            sampling: {temprature: 0}
            variants: {v: {expert: 2, variants: {}}}
        roles:
          r: {incumbent: a, suites: [s], treshold: []}
        """)

    assert complaint == (
        "modelbench.yaml:1: `modles` is no known key\n"
        "  Hint: did you mean `models`?\n"
        "modelbench.yaml:5: `context_token` is no known key\n"
        "  Hint: did you mean `context_tokens`?\n"
        "modelbench.yaml:6: `temprature` is no known key\n"
        "  Hint: did you mean `temperature`?\n"
        "modelbench.yaml:7: `expert` is no known key\n"
        "  Hint: did you mean `experts`?\n"
        "modelbench.yaml:7: `variants` is no known key\n"
        "  Hint: known keys: gguf, recorded, context_tokens, chat, chat_template, chat_arguments,"
        " sampling, experts, slots, threads, gpu_layers, capabilities, latency_s\n"
        "modelbench.yaml:9: `treshold` is no known key\n"
        "  Hint: did you mean `thresholds`?"
    )


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("context_tokens: 0", "`context_tokens` must be above 0, got 0"),
        ("context_tokens: 4096.5", "`context_tokens` must be a whole number, got 4096.5"),
        ("slots: -1", "`slots` must be above 0, got -1"),
        ("threads: -1", "`threads` must be at least 0, got -1"),
        ("gpu_layers: -2", "`gpu_layers` must be at least -1, got -2"),
        ("chat: row", "`chat` must be template or raw, got 'row'\n  Hint: did you mean `raw`?"),
        (
            "capabilities: [visions]",
            (
                "`capabilities[0]` must be vision or tools, got 'visions'\n"
                "  Hint: did you mean `vision`?"
            ),
        ),
        (
            "chat_arguments: {enable_thinking: no}",
            (
                "`enable_thinking` must be text, a number or true or false, got False\n"
                '  Hint: YAML reads a bare no as False; write false, or "no" in quotes'
            ),
        ),
        (
            "chat_arguments: {tools: []}",
            "`tools` must be text, a number or true or false, got a list",
        ),
        ("variants: [moe2]", "`variants` must be a mapping, got a list"),
    ],
)
def test_value_of_a_model_that_cannot_be_is_refused(files, entry, problem):
    complaint = files.project_complaint(f"models:\n  a:\n    gguf: a.gguf\n    {entry}\n")

    assert complaint == f"modelbench.yaml:4: {problem}"


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("resident_models: 0", "`resident_models` must be above 0, got 0"),
        ("suites: suites", "`suites` must be a list, got 'suites'"),
        ("suites: []", "`suites` must not be empty"),
        (
            "suites: [/etc/*.yaml]",
            "`suites` must be relative to the folder of the file, got '/etc/*.yaml'",
        ),
        ("judge: {votes: 2}", "`model` is missing"),
        ("judge: {model: m, votes: 0}", "`votes` must be above 0, got 0"),
        ("judge: {model: m, budget_usd: -1}", "`budget_usd` must be at least 0, got -1"),
        (
            "judge:",
            (
                "`judge` must be a mapping, got None\n"
                "  Hint: nothing is written here; write a value or leave the key out"
            ),
        ),
    ],
)
def test_value_of_the_project_that_cannot_be_is_refused(files, entry, problem):
    complaint = files.project_complaint(f"models: {{a: {{gguf: a.gguf}}}}\n{entry}\n")

    assert complaint == f"modelbench.yaml:2: {problem}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("roles: {}\n", "`models` is missing"),
        ("models: {}\n", "`models` must not be empty"),
        ("", "the file is empty"),
        ("models\n", "the file must be a mapping of keys, got 'models'"),
    ],
)
def test_project_without_models_is_refused(files, text, problem):
    complaint = files.project_complaint(text)

    assert complaint == f"modelbench.yaml:1: {problem}"


def complain_about_role(files: Any, role: str, more: str = "") -> str:
    complaint: str = files.project_complaint(
        "models: {coder: {gguf: a.gguf, variants: {moe2: {experts: 2}}}}\n"
        f"roles:\n  first: {role}\n{more}"
    )
    return complaint


def test_incumbent_that_is_no_model_names_the_nearest(files):
    complaint = complain_about_role(files, "{incumbent: coder@moe4, suites: [s]}")

    assert complaint == (
        "modelbench.yaml:3: there is no model 'coder@moe4'\n"
        "  Hint: did you mean `coder@moe2`? known models: coder, coder@moe2"
    )


def test_role_above_a_role_that_is_not_there_is_refused(files):
    complaint = complain_about_role(
        files, "{incumbent: coder, suites: [s], above: {role: zeroth, by: 1}}"
    )

    assert complaint == ("modelbench.yaml:3: there is no role 'zeroth'\n  Hint: known roles: first")


def test_threshold_over_a_suite_that_the_role_does_not_have_is_refused(files):
    complaint = complain_about_role(
        files, '{incumbent: coder, suites: [maths], thresholds: [{mean: "> 1", suite: math}]}'
    )

    assert complaint == (
        "modelbench.yaml:3: the role is not judged by the suite 'math'\n"
        "  Hint: did you mean `maths`? known suites of the role: maths"
    )


def test_circle_of_roles_is_refused_once(files):
    complaint = complain_about_role(
        files,
        "{incumbent: coder, suites: [s], above: [{role: second, by: 1}]}",
        "  second: {incumbent: coder, suites: [s], above: {role: third, by: 1}}\n"
        "  third: {incumbent: coder, suites: [s], above: {role: first, by: 1}}\n",
    )

    assert complaint == (
        "modelbench.yaml:3: `above` goes in a circle: first -> second -> third -> first\n"
        "  Hint: no role can be above itself"
    )


def test_role_above_itself_is_a_circle(files):
    complaint = complain_about_role(
        files, "{incumbent: coder, suites: [s], above: {role: first, by: 1}}"
    )

    assert complaint == (
        "modelbench.yaml:3: `above` goes in a circle: first -> first\n"
        "  Hint: no role can be above itself"
    )


def test_two_ways_to_the_same_role_are_no_circle(files):
    project = files.project("""\
        models: {a: {gguf: a.gguf}}
        roles:
          top: {incumbent: a, suites: [s], above: [{role: left, by: 0}, {role: right, by: 0}]}
          left: {incumbent: a, suites: [s], above: {role: base, by: 0}}
          right: {incumbent: a, suites: [s], above: {role: base, by: 0}}
          base: {incumbent: a, suites: [s]}
        """)

    assert list(project.roles) == ["top", "left", "right", "base"]


@pytest.mark.parametrize(
    ("threshold", "problem"),
    [
        (
            "{mean: 4}",
            '`mean` must be a bound such as ">= 4", got 4\n  Hint: write mean: ">= 4" in quotes',
        ),
        (
            "{min: '= 2'}",
            (
                "`min` must be a bound such as \">= 4\", got '= 2'\n"
                '  Hint: write min: ">= 4" in quotes'
            ),
        ),
        (
            "{pass_rate: '>= 80%'}",
            (
                "`pass_rate` must be a bound such as \">= 4\", got '>= 80%'\n"
                '  Hint: a share is between 0 and 1; write pass_rate: ">= 0.8" for 80 %'
            ),
        ),
        (
            "{pass_rate: '>= 80'}",
            (
                "`pass_rate` is a share between 0 and 1, got '>= 80'\n"
                '  Hint: write pass_rate: ">= 0.8" for 80 %'
            ),
        ),
        (
            "{outcome: loop, rate: '<= 2'}",
            (
                "`rate` is a share between 0 and 1, got '<= 2'\n"
                '  Hint: write rate: "<= 0.02" for 2 %'
            ),
        ),
        (
            "{tier: 1}",
            (
                "a threshold must have one metric, got none\n"
                "  Hint: write one of mean, min, pass_rate, speed, or outcome with rate"
            ),
        ),
        (
            "{mean: '> 1', min: '> 0'}",
            (
                "a threshold must have one metric, got `mean`, `min`\n"
                "  Hint: write one of mean, min, pass_rate, speed, or outcome with rate"
            ),
        ),
        ("{rate: '< 0.1'}", "`rate` needs an `outcome` to count\n  Hint: add `outcome: loop`"),
        (
            "{outcome: loop, mean: '> 1'}",
            (
                "`outcome` goes with `rate`, not with `mean`\n"
                '  Hint: write {outcome: loop, rate: "<= 0.02"}'
            ),
        ),
        (
            "{outcome: looop, rate: '< 0.1'}",
            (
                "`outcome` must be complete, truncated, loop, open_think, echo, empty, refusal,"
                " timeout or error, got 'looop'\n"
                "  Hint: did you mean `loop`?"
            ),
        ),
        ("{mean: '> 1', tier: 0}", "`tier` must be at least 1, got 0"),
    ],
)
def test_threshold_that_cannot_be_is_refused(files, threshold, problem):
    complaint = complain_about_role(
        files, f"{{incumbent: coder, suites: [s], thresholds: [{threshold}]}}"
    )

    assert complaint == f"modelbench.yaml:3: {problem}"


def test_incomplete_role_is_refused(files):
    complaint = complain_about_role(files, "{suites: [], above: {role: first, by: -1}}")

    assert complaint == (
        "modelbench.yaml:3: `incumbent` is missing\n"
        "modelbench.yaml:3: `suites` must not be empty\n"
        "modelbench.yaml:3: `by` must be at least 0, got -1"
    )


def test_missing_project_file_is_named(tmp_path):
    with pytest.raises(SettingsError) as caught:
        load_project(tmp_path / "bench.yaml", {})

    assert str(caught.value) == "bench.yaml: cannot be read: No such file or directory"
