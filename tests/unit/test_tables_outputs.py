"""A file is written whole or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from geo_urban.errors import OutputError
from geo_urban.outputs import replace_when_done, write_text

if TYPE_CHECKING:
    from pathlib import Path


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    write_text("old", target)

    def interrupted() -> None:
        with replace_when_done(target) as temporary:
            temporary.write_text("half")
            message = "interrupted"
            raise RuntimeError(message)

    with pytest.raises(RuntimeError, match="interrupted"):
        interrupted()
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_line_ends_are_the_same_on_every_system(tmp_path: Path) -> None:
    assert write_text("a\nb\n", tmp_path / "new" / "a.txt").read_bytes() == b"a\nb\n"


def test_a_folder_that_cannot_be_made_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match=r"cannot write `.*`: .*Free space, close the file"):
        write_text("x", tmp_path / "file" / "a.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
