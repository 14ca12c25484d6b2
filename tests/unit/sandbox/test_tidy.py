import os
import stat

import pytest

from pytest_modelbench.confined.tidy import DEEPEST, measure_folder, remove_folder

# Forty of them are longer than any path may be.
NAME = "d" * 100


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "workspace"
    made.mkdir()
    return made


def make_deep(folder, depth):
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir(NAME, dir_fd=here)
        below = os.open(NAME, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(os.open("bottom", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def test_a_folder_deeper_than_any_path_is_removed(folder):
    make_deep(folder, 400)

    remove_folder(str(folder))

    assert not folder.exists()


def test_what_links_point_at_stays(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("kept")
    (folder / "file").symlink_to(outside / "kept")
    (folder / "folder").symlink_to(outside)
    (folder / "inner").mkdir()
    (folder / "inner" / "folder").symlink_to(outside, target_is_directory=True)

    remove_folder(str(folder))

    assert (folder.exists(), (outside / "kept").read_text()) == (False, "kept")


def test_odd_things_are_removed(folder):
    os.mkfifo(folder / "fifo")
    (folder / ("n" * 255)).mkdir()
    (folder / "\udcff\n").write_text("")
    closed = folder / "closed"
    (closed / "inner").mkdir(parents=True)
    (closed / "inner").chmod(0)
    closed.chmod(stat.S_IRUSR)

    remove_folder(str(folder))

    assert not folder.exists()


def test_a_folder_that_is_gone_is_no_error(tmp_path):
    remove_folder(str(tmp_path / "gone"))

    assert list(tmp_path.iterdir()) == []


def test_what_is_in_a_folder_is_counted(folder):
    (folder / "inner").mkdir()
    (folder / "inner" / "file").write_bytes(b"x" * 100_000)

    used, files = measure_folder(str(folder), most_files=10)

    assert (100_000 <= used < 200_000, files) == (True, 2)


def test_a_link_is_not_counted_for_what_it_points_at(folder, tmp_path):
    (tmp_path / "large").write_bytes(b"x" * 1_000_000)
    (folder / "link").symlink_to(tmp_path / "large")
    (folder / "around").symlink_to(tmp_path)

    used, files = measure_folder(str(folder), most_files=10)

    assert (used < 100_000, files) == (True, 2)


def test_counting_ends_beyond_the_most(folder):
    for number in range(50):
        (folder / str(number)).write_text("")

    _, files = measure_folder(str(folder), most_files=20)

    assert files == 21


@pytest.mark.parametrize(("depth", "is_excess"), [(DEEPEST - 1, False), (DEEPEST + 1, True)])
def test_deeper_than_anybody_needs_counts_as_too_many(depth, is_excess, folder):
    make_deep(folder, depth)

    _, files = measure_folder(str(folder), most_files=1000)

    assert (files > 1000) == is_excess
