import threading

import pytest

from pytest_modelbench.domain import ModelSpec, Prompt, RawAnswer, Sampling
from pytest_modelbench.errors import EngineError
from pytest_modelbench.session.desk import AnswerDesk, TakenAnswer, Tally
from pytest_modelbench.store import AnswerStore

SPEC = ModelSpec(name="good")


class WaitingPool:
    """Stands in for the pool of engines: a test says when an answer comes."""

    def __init__(self):
        self.asked = []
        self.hurried = []

    def submit(self, _spec, prompts):
        self.asked.extend(prompt.key for prompt in prompts)

    def hurry(self, key):
        self.hurried.append(key)

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    opened = AnswerStore(tmp_path / "store.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def pool():
    return WaitingPool()


@pytest.fixture
def told():
    return []


@pytest.fixture
def desk(store, pool, told):
    made = AnswerDesk(
        store=store,
        fresh=False,
        on_progress=lambda *_: None,
        on_taken=lambda prompt, raw: told.append((prompt.key, raw.text)),
    )
    made.open(lambda _: pool)
    return made


def prompt(key):
    return Prompt(
        key=key, messages=(), sampling=Sampling(), timeout_s=1.0, suite="sums", question=key
    )


def answer(key, **changes):
    return RawAnswer(**{"key": key, "text": "42", "stop_reason": "end", **changes})


def order(desk, *keys):
    desk.order([(SPEC, prompt(key)) for key in keys])


def test_what_is_stored_is_not_asked(desk, pool, store, tmp_path):
    store.add_answer(answer("a"), label="good", suite="sums", question="a", trial=1)
    reader = AnswerStore(tmp_path / "store.sqlite")
    while not reader.find_answers(["a"]):
        pass
    reader.close()

    order(desk, "a", "b")

    assert pool.asked == ["b"]
    assert desk.take(prompt("a")) == TakenAnswer(raw=answer("a"), stored=True)
    assert desk.tally() == Tally(asked=1, answered=0)


def test_every_answer_is_told_once_the_moment_it_is_there(desk, store, told, tmp_path):
    store.add_answer(answer("a", text="kept"), label="good", suite="sums", question="a", trial=1)
    reader = AnswerStore(tmp_path / "store.sqlite")
    while not reader.find_answers(["a"]):
        pass
    reader.close()

    order(desk, "a", "b")
    desk.on_answer("good", answer("b", text="new"))
    order(desk, "a", "b")

    assert told == [("a", "kept"), ("b", "new")]


def test_many_workers_that_order_the_same_ask_once(desk, pool):
    keys = [f"k{number}" for number in range(200)]
    workers = [threading.Thread(target=order, args=(desk, *keys)) for _ in range(8)]

    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert pool.asked == keys
    assert desk.tally() == Tally(asked=200, answered=0)
    assert desk.tally().open == 200


def test_a_waiter_gets_its_answer_the_moment_it_comes(desk, pool):
    order(desk, "a", "b")
    threading.Timer(0.05, desk.on_answer, ("good", answer("b"))).start()

    taken = desk.wait("b")

    assert taken == TakenAnswer(raw=answer("b"), stored=False)
    assert pool.hurried == ["b"]
    assert desk.tally() == Tally(asked=2, answered=1)


def test_the_end_of_the_run_wakes_whoever_waits(desk):
    order(desk, "a")
    threading.Timer(0.05, desk.close).start()

    with pytest.raises(EngineError, match=r"^the run ended before the answer came$"):
        desk.wait("a")


def test_an_answer_that_came_is_there_after_the_end(desk):
    order(desk, "a")
    desk.on_answer("good", answer("a"))
    desk.close()

    assert desk.wait("a").raw == answer("a")


def test_nobody_waits_for_what_was_never_asked(desk):
    with pytest.raises(EngineError, match=r"^an answer was waited for that nobody had asked for$"):
        desk.wait("a")


def test_an_error_is_told_and_never_kept(desk, store, tmp_path):
    order(desk, "a", "b")
    desk.on_answer("good", answer("a", text="", stop_reason="error", detail="died"))
    desk.on_answer("good", answer("b", text="4\ud8002"))

    assert desk.wait("a").raw.detail == "died"
    assert desk.find(["a", "b"]).keys() == {"b"}
    assert desk.wait("b").raw.text == "4?2"


def test_answers_that_are_there_already_come_along(desk):
    order(desk, "a", "b", "c", "d")
    for key in ("a", "b", "d"):
        desk.on_answer("good", answer(key))

    assert [key for key, _ in desk.ready_after("a", 3)] == ["b", "d"]
    assert [key for key, _ in desk.ready_after("a", 1)] == ["b"]


def test_an_answer_is_kept_whatever_goes_wrong_with_who_is_told_of_it(store, pool, tmp_path):
    def break_down(_prompt, _raw):
        raise RuntimeError("a bug")

    desk = AnswerDesk(store=store, fresh=False, on_progress=lambda *_: None, on_taken=break_down)
    desk.open(lambda _: pool)
    order(desk, "a")

    with pytest.raises(RuntimeError, match="a bug"):
        desk.on_answer("good", answer("a"))
    store.close()

    reader = AnswerStore(tmp_path / "store.sqlite")
    assert list(reader.find_answers(["a"])) == ["a"]
    reader.close()
