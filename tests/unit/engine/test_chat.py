import pytest

from pytest_modelbench.domain import Message
from pytest_modelbench.engine.chat import ChatTemplate, has_open_think, join_messages
from pytest_modelbench.errors import EngineError

USER = Message(author="user", content="<hi>")
SYSTEM = Message(author="system", content="short")
OWN_TEMPLATE_HINT = "\n  Hint: set `chat_template` of the model in modelbench.yaml, or `chat: raw`."


def render(source: str, *messages: Message, **arguments: object) -> str:
    template = ChatTemplate(source, bos="<s>", eos="</s>", arguments=arguments)
    return template.render(messages or (USER,))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{% for m in messages %}[{{ m.role }}]{{ m['content'] }}{% endfor %}", "[user]<hi>"),
        ("{{ bos_token }}{{ eos_token }}", "<s></s>"),
        ("{% if add_generation_prompt %}\n  go\n{% endif %}\n", "  go\n"),
        ("{{ messages | tojson }}", '[{"role": "user", "content": "<hi>"}]'),
        ("{{ {'é': 1} | tojson(indent=1) }}", '{\n "é": 1\n}'),
        ("{% for i in range(9) %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% endfor %}", "01"),
        ("{% generation %}{{ messages[0].content }}{% endgeneration %}", "<hi>"),
        ("{{ strftime_now('%d %b %Y') }}", "01 Jan 2026"),
        ("{% if tools is defined %}tools{% else %}none{% endif %}", "none"),
        ("{% if enable_thinking %}think{% else %}quick{% endif %}", "quick"),
        ("{%- set ns = namespace(n=0) -%}{%- set ns.n = 2 -%}{{ ns.n }}", "2"),
        ("{{ messages[-1].content[1:3].strip() }}", "hi"),
    ],
)
def test_template_is_rendered(source, text):
    assert render(source, enable_thinking=False) == text


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("{{ raise_exception('no tools, no answer') }}", "no tools, no answer"),
        ("{{ functions.name }}", "'functions' is undefined"),
        ("{{ messages.append(1) }}", "access to attribute 'append' of 'list' object is unsafe."),
        ("{{ messages[0].content + 1 }}", 'can only concatenate str (not "int") to str'),
        ("{{ 1 / 0 }}", "division by zero"),
    ],
)
def test_template_that_fails_says_why(source, problem):
    with pytest.raises(EngineError) as raised:
        render(source)

    assert str(raised.value).splitlines()[0] == f"the chat template refuses the messages: {problem}"
    assert str(raised.value).endswith(OWN_TEMPLATE_HINT)


def test_template_that_refuses_system_messages_says_how_to_do_without():
    source = "{{ raise_exception('System role not supported') }}"

    with pytest.raises(EngineError) as raised:
        render(source, SYSTEM, USER)

    assert str(raised.value) == (
        "the chat template refuses the messages: System role not supported\n"
        "  Hint: this model takes no system message; put its text into the first user message, "
        "or set `chat_template` of the model in modelbench.yaml."
    )


def test_template_that_does_not_compile_is_an_error():
    with pytest.raises(EngineError) as raised:
        render("\n{% if %}")

    assert str(raised.value) == (
        "the chat template does not compile: line 2: Expected an expression, got 'end of "
        f"statement block'{OWN_TEMPLATE_HINT}"
    )


def test_template_cannot_reach_out_of_its_sandbox():
    with pytest.raises(EngineError, match="is unsafe"):
        render("{{ ''.__class__.__mro__ }}")


def test_raw_text_is_the_contents():
    assert join_messages([SYSTEM, USER]) == "short\n<hi>"


@pytest.mark.parametrize(
    ("text", "is_open"),
    [("hi<think>", True), ("hi<think>\n\n", True), ("<think>\n</think>\n", False), ("", False)],
)
def test_open_thinking_block_is_seen(text, is_open):
    assert has_open_think(text) is is_open
