import sqlite3
import subprocess
import sys
import threading

import pytest

from pytest_modelbench.domain import RawAnswer
from pytest_modelbench.errors import StoreError
from pytest_modelbench.store import AnswerStore

RAW = RawAnswer(
    key="k1", text="42 \x00 🐍", stop_reason="end", prompt_tokens=3, answer_tokens=2, decode_s=0.25
)


def add(store, raw=RAW):
    store.add_answer(raw, label="coder", suite="sums", question="q1", trial=1)


def test_an_answer_is_found_by_the_next_run(tmp_path):
    store = AnswerStore(tmp_path / "store.sqlite")
    add(store)
    store.close()

    again = AnswerStore(tmp_path / "store.sqlite")

    assert again.find_answers(["k1", "k2"]) == {"k1": RAW}
    again.close()


def test_many_keys_are_looked_up_at_once(tmp_path):
    store = AnswerStore(tmp_path / "store.sqlite")
    add(store)
    store.close()

    again = AnswerStore(tmp_path / "store.sqlite")
    found = again.find_answers([*(f"other{number}" for number in range(2000)), "k1"])

    assert set(found) == {"k1"}
    again.close()


def test_answers_of_many_threads_are_all_kept(tmp_path):
    store = AnswerStore(tmp_path / "store.sqlite")

    def work(start):
        for number in range(start, start + 100):
            add(store, RawAnswer(key=f"k{number}", text="x", stop_reason="end"))

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 800, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store.close()

    rows = sqlite3.connect(tmp_path / "store.sqlite").execute("SELECT count(*) FROM answers")
    assert rows.fetchone() == (800,)


def test_an_answer_survives_the_death_of_its_process(tmp_path):
    code = (
        "import os, sys, time, sqlite3\n"
        "from pathlib import Path\n"
        "from pytest_modelbench.domain import RawAnswer\n"
        "from pytest_modelbench.store import AnswerStore\n"
        "path = Path(sys.argv[1])\n"
        "store = AnswerStore(path)\n"
        "raw = RawAnswer(key='k1', text='42', stop_reason='end')\n"
        "store.add_answer(raw, label='coder', suite='sums', question='q1', trial=1)\n"
        "reader = sqlite3.connect(path)\n"
        "while not reader.execute('SELECT count(*) FROM answers').fetchone()[0]: pass\n"
        "os.kill(os.getpid(), 9)\n"
    )
    path = tmp_path / "store.sqlite"

    ended = subprocess.run([sys.executable, "-c", code, str(path)], check=False, timeout=60)

    store = AnswerStore(path)
    assert ended.returncode == -9
    assert set(store.find_answers(["k1"])) == {"k1"}
    store.close()


def test_a_row_that_cannot_be_read_is_asked_again(tmp_path):
    store = AnswerStore(tmp_path / "store.sqlite")
    add(store)
    store.close()
    connection = sqlite3.connect(tmp_path / "store.sqlite")
    connection.execute('UPDATE answers SET answer = \'{"from": "a later version"}\'')
    connection.commit()
    connection.close()

    again = AnswerStore(tmp_path / "store.sqlite")

    assert again.find_answers(["k1"]) == {}
    again.close()


def test_a_store_of_another_format_is_refused(tmp_path):
    path = tmp_path / "store.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 7")
    connection.close()

    with pytest.raises(StoreError) as raised:
        AnswerStore(path)

    assert str(raised.value) == (
        f"{path}: the store of answers cannot be used: its format is 7, this version reads 1\n"
        "  Hint: move the file away; the answers in it are then asked again."
    )


def test_a_file_that_is_no_store_is_refused(tmp_path):
    path = tmp_path / "store.sqlite"
    path.write_text("not a database, but longer than the header of one " * 10, "utf-8")

    with pytest.raises(StoreError, match="file is not a database"):
        AnswerStore(path)


def test_the_folder_ignores_itself(tmp_path):
    AnswerStore(tmp_path / ".modelbench" / "store.sqlite").close()

    assert (tmp_path / ".modelbench" / ".gitignore").read_text("utf-8") == "*\n"


def test_a_digest_is_valid_until_the_file_changes(tmp_path):
    model = tmp_path / "model.gguf"
    model.write_bytes(b"GGUF")
    store = AnswerStore(tmp_path / "store.sqlite")
    store.add_digest(model, "abc")
    store.close()

    again = AnswerStore(tmp_path / "store.sqlite")

    assert again.find_digest(model) == "abc"
    model.write_bytes(b"GGUF2")
    assert again.find_digest(model) == ""
    again.close()
