"""What is taken off an answer, what is left alone, and how it ended."""

from dataclasses import replace

import pytest

from pytest_modelbench.domain import Message, Outcome, RawAnswer
from pytest_modelbench.scoring import clean_answer

QUESTION = "Write a Python function that returns the factorial of a number n. Include type hints."
CODE = "def factorial(n: int) -> int:\n    return 1 if n < 2 else n * factorial(n - 1)"
USER = (Message(author="user", content=QUESTION),)
CHAT = (Message(author="system", content="You are a careful assistant for Python."), *USER)


def clean(text, messages=USER, *, max_tokens=100, **facts):
    raw = RawAnswer(key="k", text=text, stop_reason="end", answer_tokens=10)
    return clean_answer(replace(raw, **facts), messages, max_tokens)


ECHOES = [
    f"{QUESTION}\n\n{CODE}",
    f"  {QUESTION}{CODE}",
    f"{QUESTION} {QUESTION}\n{CODE}",
    f"> {QUESTION}\n{CODE}",
    f"User: {QUESTION}\nAssistant: {CODE}",
    f"user\n{QUESTION}\nassistant\n{CODE}",
    f"### Instruction:\n{QUESTION}\n\n### Response:\n{CODE}",
    f"[INST] {QUESTION} [/INST]{CODE}",
    f"<s>[INST] {QUESTION} [/INST] {CODE}</s>",
    f"<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n{CODE}<|im_end|>",
    f"{QUESTION}<|im_end|>\n<|im_start|>assistant\n{CODE}",
    (
        f"<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n{QUESTION}<|eot_id|>"
        f"<|start_header_id|>assistant<|end_header_id|>\n\n{CODE}<|eot_id|>"
    ),
    f"<start_of_turn>user\n{QUESTION}<end_of_turn>\n<start_of_turn>model\n{CODE}<end_of_turn>",
    f"<\uff5cUser\uff5c>{QUESTION}<\uff5cAssistant\uff5c>{CODE}<\uff5cend▁of▁sentence\uff5c>",
    QUESTION.replace(" ", "\n ") + f"\n{CODE}",
]


@pytest.mark.parametrize("text", ECHOES)
def test_prompt_in_front_of_an_answer_is_no_part_of_it(text):
    answer = clean(text)

    assert (answer.text, answer.outcome) == (CODE, Outcome.COMPLETE)
    assert answer.raw.text == text


@pytest.mark.parametrize(
    "text",
    [
        f"system\n{CHAT[0].content}\nuser\n{QUESTION}\nassistant\n{CODE}",
        (
            f"<|im_start|>system\n{CHAT[0].content}<|im_end|>\n<|im_start|>user\n{QUESTION}<|im_end|>\n"
            f"<|im_start|>assistant\n{CODE}"
        ),
        f"{CHAT[0].content}\n{QUESTION}\n{CODE}",
        f"{QUESTION}\n{CODE}",
    ],
)
def test_whole_transcript_in_front_of_an_answer_is_no_part_of_it(text):
    assert clean(text, CHAT).text == CODE


def test_wrongly_decoded_echo_is_found_and_the_answer_left_as_it_is():
    question = "Wie heißt die Hauptstadt von Österreich, bitte?"
    wrong = "Köln und Wien".encode().decode("latin-1")
    text = question.encode().decode("latin-1") + "\n" + wrong

    answer = clean(text, (Message(author="user", content=question),))

    assert answer.text == wrong


@pytest.mark.parametrize(
    "text",
    [
        "You asked for a Python function that returns the factorial of a number n.",
        "Write a Python function? Sure:\n" + CODE,
        f'Here is my answer to "{QUESTION}":\n{CODE}',
        "The function returns the factorial of a number n.",
    ],
)
def test_answer_that_quotes_the_question_is_left_alone(text):
    answer = clean(text)

    assert (answer.text, answer.outcome) == (text, Outcome.COMPLETE)


def test_short_prompt_is_no_echo():
    assert clean("2 + 2 = 4", (Message(author="user", content="2 + 2"),)).text == "2 + 2 = 4"


@pytest.mark.parametrize(
    "text",
    [
        QUESTION,
        f"{QUESTION}\n{QUESTION}\n{QUESTION[:50]}",
        f"<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n",
        QUESTION[:70],
        f"User: {QUESTION}\nAssistant:",
    ],
)
def test_nothing_but_the_prompt_is_an_echo(text):
    answer = clean(text)

    assert (answer.text, answer.outcome, answer.evidence) == (
        "",
        Outcome.ECHO,
        "nothing but the prompt",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Paris<|im_end|>", "Paris"),
        ("Paris<|endoftext|>\n", "Paris"),
        ("Paris</s>", "Paris"),
        ("Paris <|eot_id|>", "Paris"),
        ("Paris<end_of_turn>\n", "Paris"),
        ("Paris [end of text]\n\n", "Paris"),
        ("Paris</s></s> [end of text]", "Paris"),
        ("<|im_start|>assistant\nParis<|im_end|>", "Paris"),
        ("<s> Paris", "Paris"),
        ("<bos>Paris<eos>", "Paris"),
        ("Pa<|im_sep|>ris", "Paris"),
        ("<\uff5cbegin▁of▁sentence\uff5c>Paris", "Paris"),
        (
            "Paris<|im_end|>\n<|im_start|>user\nAnd Spain?<|im_end|>\n<|im_start|>assistant\nMadrid",
            "Paris",
        ),
        ("A token `<|im_end|>` ends a turn.", "A token `<|im_end|>` ends a turn."),
        ('tokens = ["<|im_end|>", "<|eot_id|>"]', 'tokens = ["<|im_end|>", "<|eot_id|>"]'),
        ("<s>old price</s> new price", "<s>old price</s> new price"),
        ("<s>old</s>", "<s>old</s>"),
        ("Use </s> in the middle", "Use </s> in the middle"),
        ("It says [end of text] here", "It says [end of text] here"),
        ("a <|b|> c", "a <|b|> c"),
        ("```\n42\n```<|im_end|>", "```\n42\n```"),
        ("```\n42\n```<|im_end|> and more", "```\n42\n``` and more"),
        ('{"city": "Paris"}<|im_end|>\n', '{"city": "Paris"}'),
        ('"Paris"<|im_end|><|endoftext|> [end of text]', '"Paris"'),
        ('He said "Paris"<|im_end|>\nand left', 'He said "Paris"\nand left'),
        ('start = "<|im_start|>user"', 'start = "<|im_start|>user"'),
    ],
)
def test_special_tokens_go_and_legitimate_text_stays(text, expected):
    assert clean(text).text == expected


@pytest.mark.parametrize(
    "line",
    [
        "The CPU runs the code.",
        "model: Qwen",
        "main: the entry point of the program",
        "build: run `make`",
        "load: 0.5",
        "> a quotation",
        "llama_perf_context_print is a function.",
        "Log files are useful.",
        "warning: this is dangerous",
        "error: in my first draft I forgot a bracket, here it is again",
        "GPU and CPU: both",
        "Exiting...",
    ],
)
def test_no_line_goes_because_of_a_word_in_it(line):
    text = f"{line}\nSecond line\n{line}"

    answer = clean(text)

    assert (answer.text, answer.outcome) == (text, Outcome.COMPLETE)


@pytest.mark.parametrize(
    "text",
    [
        (
            "build: 4567 (ab12cd3) with cc for x86_64\nmain: llama backend init\n"
            "llama_model_loader: loaded meta data with 30 key-value pairs\n\nParis"
        ),
        (
            "Paris\n\nllama_perf_sampler_print:    sampling time = 1.00 ms\n"
            "llama_perf_context_print:        load time = 2.00 ms\n"
        ),
        "Paris [end of text]\n\n\nllama_print_timings:        load time = 2.00 ms\n",
        (
            "system_info: n_threads = 8 (n_threads_batch = 8) / 8 | CPU : AVX = 1 |\n\n"
            "sampler seed: 42\nsampler params: \n\nParis\n> EOF by user\n"
        ),
        "Paris\n\n[ Prompt: 12.3 t/s | Generation: 45.6 t/s ]\n\nExiting...\n",
    ],
)
def test_console_lines_before_and_after_an_answer_go(text):
    answer = clean(text)

    assert (answer.text, answer.outcome) == ("Paris", Outcome.COMPLETE)


SAMPLER_LINES = (
    "\trepeat_last_n = 64, repeat_penalty = 1.000, frequency_penalty = 0.000\n"
    "\tdry_multiplier = 0.000, dry_base = 1.750, dry_allowed_length = 2\n"
    "\ttop_k = 40, top_p = 0.950, min_p = 0.050, temp = 0.300\n"
    "\tmirostat = 0, mirostat_lr = 0.100, mirostat_ent = 5.000\n"
)
TOKEN_LINES = (
    "load: printing all EOG tokens:\nload:   - 2 ('<|im_end|>')\n"
    "load: special tokens cache size = 22\nload: token to piece cache size = 0.9310 MB\n"
    "..........................\n"
)
CHAT_TEMPLATE = (
    "main: chat template example:\n<|im_start|>system\nYou are a helpful assistant<|im_end|>\n"
    "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n\n"
)
LOADING = (
    "build: 4567 (ab12cd3) with cc for x86_64\nmain: llama backend init\n"
    f"llama_model_loader: loaded meta data\n{TOKEN_LINES}{CHAT_TEMPLATE}"
    "system_info: n_threads = 8 / 8 | CPU : AVX = 1 |\n\nmain: interactive mode on.\n"
    f"sampler seed: 42\nsampler params: \n{SAMPLER_LINES}"
    "sampler chain: logits -> dist \ngenerate: n_ctx = 4096, n_batch = 2048, n_keep = 1\n\n"
)
INTERACTIVE = (
    "== Running in interactive mode. ==\n - Press Ctrl+C to interject at any time.\n"
    " - Press Return to return control to the AI.\n"
    " - To return control without starting a new line, end your input with '/'.\n"
    " - If you want to submit another line, end your input with '\\'.\n"
    " - Not using system message. To change it, set a different value via -sys PROMPT\n\n"
)
IMAGE = (
    "mtmd_cli_context: chat template example:\n<|im_start|>user\nHello<|im_end|>\n\n"
    "clip_model_loader: model name:   Eye\nload_hparams: n_embd:             1280\n"
    "\n--- vision hparams ---\nload_hparams: image_size:         560\n"
    "warmup: flash attention is enabled\nmain: loading model: eye.gguf\n"
    "WARN: This is an experimental CLI for testing multimodal capability.\n"
    "      For normal use cases, please use the standard llama-cli\n"
    "encoding image slice...\nimage slice encoded in 543 ms\n"
    "decoding image batch 1/1, n_tokens_batch = 56\nimage decoded (batch 1/1) in 2946 ms\n\n"
)
SPECULATIVE = (
    "encoded   67 tokens in    3.762 seconds, speed:   17.810 t/s\n"
    "decoded  513 tokens in   18.858 seconds, speed:   27.204 t/s\n\n"
    "n_draft   = 4\nn_predict = 513\nn_drafted = 844\nn_accept  = 301\n"
    "accept    = 35.664%\n\ndraft:\n\n\ntarget:\n"
)


@pytest.mark.parametrize(
    "text",
    [
        # Standard error behind standard output, whole or what a filter left of it.
        f"Paris [end of text]\n\n\n{TOKEN_LINES}\n\n{SAMPLER_LINES}",
        f"Paris\n\n\n{TOKEN_LINES}{TOKEN_LINES}{SPECULATIVE}",
        f"Paris [end of text]\n\n{LOADING}llama_perf_context_print: load time = 2.00 ms\n",
        "Paris\n\nload: control-looking token: 9 '<eot>' was not control-type\n" + TOKEN_LINES,
        f"{LOADING}Paris\n> EOF by user\n\n\ncommon_perf_print: load time = 1 ms\n",
        (
            "Loading model... \n\navailable commands:\n  /exit or Ctrl+C     stop or exit\n"
            "  /regen              regenerate the last response\n"
            "  /clear              clear the chat history\n"
            f"  /read               add a text file\n\n\n> {QUESTION}\n\nParis\n\n"
            "[ Prompt: 12.3 t/s | Generation: 45.6 t/s ]\n"
        ),
        (
            " Running in chat mode, available commands:\n   /image <path>    load an image\n"
            "   /clear           clear the chat history\n"
            f"   /quit or /exit   exit the program\n\n> {QUESTION}\nParis"
        ),
        "Paris\n\n> \n\nllama_perf_sampler_print: sampling time = 1.00 ms\n",
        f"{LOADING}{INTERACTIVE}{QUESTION}Paris\n> EOF by user\n",
        f"build: 4567 (ab12cd3) with cc for x86_64\n{IMAGE}Paris\n\n\nllama_perf_x_print: 1\n",
    ],
)
def test_whole_log_of_a_program_around_an_answer_goes(text):
    answer = clean(text)

    assert (answer.text, answer.outcome) == ("Paris", Outcome.COMPLETE)


@pytest.mark.parametrize(
    "text",
    [
        "draft:\n\ntarget:",
        "n_draft   = 4\nn_predict = 513",
        f"The line says that the model has two ends:\n```\n{TOKEN_LINES}```",
        "main: chat template example:\nis the line that you are looking for.",
        "1. Build it.\nload: 0.7\nbuild: 4567 (ab12cd3)",
        "Set these:\n\ttop_k = 40",
    ],
)
def test_answer_about_a_console_keeps_its_lines(text):
    answer = clean(text)

    assert (answer.text, answer.outcome) == (text, Outcome.COMPLETE)


def test_commands_of_a_chat_alone_are_no_answer():
    answer = clean(
        "/image <path>    load an image\n   /clear           clear the chat history\n"
        "   /quit or /exit   exit the program\n\n>"
    )

    assert (answer.text, answer.outcome) == ("", Outcome.EMPTY)


@pytest.mark.parametrize("line", ["model: a small one", "load: 0.5", "build: make", "draft:\n"])
def test_first_lines_of_an_answer_stay_behind_a_log(line):
    answer = clean(f"{LOADING}{line}\nParis")

    assert answer.text == f"{line}\nParis"


def test_log_that_breaks_off_while_a_model_is_loaded_is_no_answer():
    answer = clean(
        "build: 4567 (ab12cd3) with cc for x86_64\nmain: llama backend init\n"
        "llama_model_loader: loaded meta data\nload_tensors: loading\nload: layer 3\n"
    )

    assert (answer.text, answer.outcome) == ("", Outcome.EMPTY)


def test_last_lines_of_an_answer_stay_in_front_of_a_log():
    answer = clean(f"The two parts:\ndraft:\ntarget:\n\n{TOKEN_LINES}")

    assert answer.text == "The two parts:\ndraft:\ntarget:"


@pytest.mark.parametrize(
    ("text", "opened", "expected", "thinking"),
    [
        ("<think>6 * 7</think>42", False, "42", "6 * 7"),
        ("<thinking>\n6 * 7\n</thinking>\n\n42", False, "42", "6 * 7"),
        ("6 * 7</think>42", True, "42", "6 * 7"),
        ("6 * 7</think>42", False, "42", "6 * 7"),
        ("<think>\n\n</think>\n\n42", False, "42", ""),
        ("<think>a</think>b <think>c</think>d", False, "b d", "a\nc"),
        ("<think>a</think>b</think>42", False, "42", "a\nb"),
        ("42 <think>was that right?</think>", False, "42", "was that right?"),
        ("Use the `<think>` tag.", False, "Use the `<think>` tag.", ""),
        ('re.sub("<think>.*</think>", "", x)', False, 're.sub("<think>.*</think>", "", x)', ""),
        ("<|im_start|>assistant\n<think>a</think>42<|im_end|>", False, "42", "a"),
        ("<think>the tag `</think>` ends it</think>42", False, "42", "the tag `</think>` ends it"),
        ('<think>They said "6 * 7"</think>\n42', False, "42", 'They said "6 * 7"'),
        ('<think>\nhm\n</think>"42"', False, '"42"', "hm"),
        ("<think>\n```\n6 * 7\n```</think>42", False, "42", "```\n6 * 7\n```"),
    ],
)
def test_closed_thinking_is_kept_apart(text, opened, expected, thinking):
    answer = clean(text, opened_think=opened)

    assert (answer.text, answer.thinking, answer.outcome) == (expected, thinking, Outcome.COMPLETE)


@pytest.mark.parametrize(
    ("text", "facts", "expected", "thinking"),
    [
        ("<think>Okay, the user wants", {}, "", "Okay, the user wants"),
        ("<think>Okay", {"stop_reason": "timeout"}, "", "Okay"),
        ("<think>Okay", {"stop_reason": "limit"}, "", "Okay"),
        ("Okay, the user wants", {"opened_think": True}, "", "Okay, the user wants"),
        ("<think>a</think>b<think>c", {}, "b", "a\nc"),
        ("Sure.\n<thinking>hm", {}, "Sure.", "hm"),
    ],
)
def test_unclosed_thinking_is_no_answer(text, facts, expected, thinking):
    answer = clean(text, **facts)

    assert (answer.text, answer.thinking, answer.outcome) == (
        expected,
        thinking,
        Outcome.OPEN_THINK,
    )
    assert thinking.endswith(answer.evidence)


def test_evidence_of_open_thinking_is_its_end():
    answer = clean("<think>" + "a" * 300 + "z")

    assert answer.evidence == "..." + "a" * 159 + "z"


def test_thinking_without_an_answer_is_empty():
    answer = clean("<think>a</think>\n")

    assert (answer.outcome, answer.evidence) == (Outcome.EMPTY, "nothing after the thinking block")


@pytest.mark.parametrize("text", ["", " \n\t", "<|im_end|>", "</s>", "[end of text]"])
def test_nothing_is_empty(text):
    answer = clean(text)

    assert (answer.text, answer.outcome) == ("", Outcome.EMPTY)


ERRORS = [
    "bash: llama-cli: command not found",
    "sh: 1: llama-cli: not found",
    "/bin/bash: line 1: ./llama-cli: No such file or directory",
    "zsh: ./x: Permission denied",
    "./run.sh: line 12: llama-cli: command not found",
    "timeout: failed to run command 'numactl': No such file or directory",
    "numactl: command not found",
    "llama-cli: error while loading shared libraries: libllama.so: cannot open shared object file",
    "Segmentation fault (core dumped)",
    "./run.sh: line 3: 12345 Segmentation fault      (core dumped) ./llama-cli -m x",
    "Aborted (core dumped)",
    "Killed",
    "error: unknown argument: --experts",
    "error: invalid argument: --foo\n\nusage: llama-cli [options]\nto show complete usage, run with -h",
    (
        "llama_model_load: error loading model: tensor 'x' not found\n"
        "llama_model_load_from_file_impl: failed to load model\n"
        "common_init_from_params: failed to load model 'x.gguf'\nmain: error: unable to load model"
    ),
    "build: 4567 (ab12cd3) with cc\nmain: llama backend init\nmain: error: unable to load model",
    "error loading model: missing tensor",
    "ggml_cuda_init: failed to initialize CUDA: no device",
    "CUDA error: out of memory\n  current device: 0, in function alloc at ggml-cuda.cu:100",
    "cudaMalloc failed: out of memory",
    "/src/ggml/src/ggml.c:123: GGML_ASSERT(a) failed",
    "[ERROR] Timeout after 300s",
    "[TIMEOUT]",
    "[no output - timed out after 300 s]",
    "Error: timeout",
    "ERROR: Timed out after 300 seconds",
    "Timeout after 300 s",
    "terminate called after throwing an instance of 'std::runtime_error'\n  what():  x\nAborted (core dumped)",
    "curl: (7) Failed to connect to localhost port 8080",
    '{"error": {"code": 500, "message": "slot unavailable"}}',
    (
        'Traceback (most recent call last):\n  File "run.py", line 1, in <module>\n    x()\n'
        "ConnectionError: refused"
    ),
    "requests.exceptions.ReadTimeout: HTTPConnectionPool",
]


@pytest.mark.parametrize("text", ERRORS)
def test_message_of_a_shell_or_of_llama_cpp_is_an_error(text):
    answer = clean(text)

    assert answer.outcome is Outcome.ERROR, answer
    assert answer.evidence
    assert answer.evidence in text


@pytest.mark.parametrize(
    "text",
    [
        'The message "bash: llama-cli: command not found" means that it is not installed.',
        "bash: llama-cli: command not found\n\nThis says that the program is missing.",
        "Segmentation fault (core dumped) happens on a null pointer.",
        "`error: unknown argument` is printed for a wrong option.",
        'Traceback (most recent call last):\n  File "a.py", line 1\nKeyError: 1\n\nThe key is missing.',
        "error handling: use try and except.",
        "Error: the function lacks a return. Fix: add it.",
        "Use raise TimeoutError for that.",
        "Killed by a process",
        '{"error": null}',
        "CUDA errors are hard to debug.",
        "1. bash: x: command not found",
    ],
)
def test_answer_about_an_error_is_none(text):
    answer = clean(text)

    assert (answer.text, answer.outcome) == (text, Outcome.COMPLETE)


def test_error_of_the_engine_comes_first():
    answer = clean("a loop " * 200, stop_reason="error", detail="the engine died with SIGABRT")

    assert (answer.outcome, answer.evidence) == (Outcome.ERROR, "the engine died with SIGABRT")
    assert clean("", stop_reason="error").evidence == "the engine gave no reason"


LOOPS = [
    "The ship " + "philosophy of religion, " * 100,
    "satisfaction appeal " * 50 + "\n",
    "Thus\n" + "$$\n\n" * 200,
    "<think>" + "Alright, let's start again. " * 60,
    "No assertions. " * 40 + "[end of text]",
    QUESTION + "\n" + "pairs are (1,6), (2,5), (3,4)\n" * 60,
]


@pytest.mark.parametrize("text", LOOPS)
def test_recorded_loop_is_found(text):
    answer = clean(text)

    assert answer.outcome is Outcome.LOOP
    assert " x " in answer.evidence


def test_loop_that_the_engine_stopped_keeps_its_detail():
    answer = clean("short", stop_reason="loop", detail="'a ' x 500")

    assert (answer.outcome, answer.evidence, answer.text) == (Outcome.LOOP, "'a ' x 500", "short")


@pytest.mark.parametrize("stop_reason", ["limit", "context", "timeout"])
def test_answer_that_was_cut_while_it_repeated_itself_is_a_loop(stop_reason):
    text = "The board:\n" + ". . . . . . . .\n" * 14

    assert clean(text, stop_reason=stop_reason).outcome is Outcome.LOOP
    assert clean(text).outcome is Outcome.COMPLETE


@pytest.mark.parametrize("answer_tokens", [99, 100])
def test_answer_that_repeated_itself_up_to_its_limit_is_a_loop(answer_tokens):
    text = "Cities:\n" + "Oslo (0047)\nRome (0039)\n" * 9

    assert clean(text, answer_tokens=answer_tokens).outcome is Outcome.LOOP
    assert clean(text, answer_tokens=98).outcome is Outcome.COMPLETE
    assert clean(text, answer_tokens=99, stop_reason="stop").outcome is Outcome.COMPLETE
    assert clean(text, answer_tokens=99, max_tokens=0).outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    ("facts", "evidence"),
    [
        ({"stop_reason": "limit"}, "10 of 100 tokens"),
        ({"stop_reason": "context"}, "the context is full"),
        ({"answer_tokens": 100}, "100 of 100 tokens"),
        ({"answer_tokens": 120}, "120 of 100 tokens"),
        ({"answer_tokens": 99}, "99 of 100 tokens"),
    ],
)
def test_answer_at_its_limit_is_truncated(facts, evidence):
    answer = clean("The answer is that the", **facts)

    assert (answer.outcome, answer.evidence) == (Outcome.TRUNCATED, evidence)
    assert answer.text == "The answer is that the"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("It ends here.", {"answer_tokens": 99}),
        ("It ends here", {"answer_tokens": 98}),
        ("It ends here", {"answer_tokens": 100, "stop_reason": "stop"}),
        ("It ends here", {"answer_tokens": 99, "stop_reason": "stop"}),
        ("It ends here", {"answer_tokens": 100, "max_tokens": 0}),
    ],
)
def test_answer_that_ended_by_itself_is_complete(text, facts):
    assert clean(text, **facts).outcome is Outcome.COMPLETE


def test_timeout_is_kept_with_what_is_there():
    answer = clean("The answer", stop_reason="timeout", detail="300 s")

    assert (answer.outcome, answer.text, answer.evidence) == (
        Outcome.TIMEOUT,
        "The answer",
        "300 s",
    )
    assert clean("", stop_reason="timeout").outcome is Outcome.TIMEOUT


@pytest.mark.parametrize(
    "text",
    [
        "I'm sorry, but I can't assist with that.",
        "I cannot help with that request.",
        "As an AI language model, I am unable to provide medical advice.",
        "Sorry, I can\u2019t continue this.",
        "Unfortunately, I'm not able to fulfill this request.",
        "I apologize, but I will not generate that.",
    ],
)
def test_short_refusal_is_one(text):
    answer = clean(text)

    assert (answer.outcome, answer.evidence, answer.text) == (Outcome.REFUSAL, text, text)


@pytest.mark.parametrize(
    "text",
    [
        "The task cannot be done with the data given.",
        "I cannot determine the total, since the prices are missing.",
        "Sorry for the delay. The answer is 42.",
        "I can help: it is 5.",
        "I cannot provide it in one line, so here it is:\n"
        + " ".join(f"word{n}" for n in range(100)),
        "He said: I can't help you.",
    ],
)
def test_answer_that_says_no_is_no_refusal(text):
    assert clean(text).outcome is Outcome.COMPLETE


@pytest.mark.parametrize(
    "text", ["\ud800abc", "a\x00b\x1b[2J", "\u202eabc\u2066", "Ã©tÃ©", "ü" * 10, "\ufffd"]
)
def test_odd_characters_stay_as_they_are(text):
    answer = clean(text)

    assert (answer.text, answer.outcome) == (text, Outcome.COMPLETE)


def test_question_without_words_has_no_echo():
    assert clean("x", (Message(author="user", content=" "),)).text == "x"
    assert clean("x", ()).text == "x"
