"""The store builds once, never shows half a file, and says clearly where it cannot write."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
import time
from typing import TYPE_CHECKING

import pytest

from geo_urban.datasets import store
from geo_urban.errors import DataSourceError, InputError, OutputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GEO_URBAN_CACHE", str(tmp_path))
    return tmp_path


def write(text: str) -> Callable[[Path], None]:
    def build(part: Path) -> None:
        part.write_text(text, encoding="utf-8")

    return build


def fail(part: Path) -> None:
    part.write_text("half", encoding="utf-8")
    raise RuntimeError("broken off")


def visible(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


def test_a_product_is_built_once(cache: Path) -> None:
    first = store.build_once("a.txt", version_parts=["1"], build=write("first"))
    second = store.build_once("a.txt", version_parts=["1"], build=fail)
    assert first == second
    assert first.read_text(encoding="utf-8") == "first"
    assert first.parent == cache / "boundaries"
    assert store.built_path("a.txt", version_parts=["1"]) == first


def test_a_new_version_replaces_the_old_file_and_no_other(cache: Path) -> None:
    store.build_once("a.txt", version_parts=["1"], build=write("old"))
    store.build_once("a-b.txt", version_parts=["1"], build=write("other"))
    new = store.build_once("a.txt", version_parts=["2"], build=write("new"))
    assert new.read_text(encoding="utf-8") == "new"
    assert store.built_path("a.txt", version_parts=["1"]) is None
    assert len(visible(cache)) == 2


def test_a_build_that_fails_leaves_nothing(cache: Path) -> None:
    with pytest.raises(RuntimeError, match="broken off"):
        store.build_once("a.txt", version_parts=["1"], build=fail)
    assert visible(cache) == []
    assert list(cache.rglob("*.part*")) == []
    assert store.build_once("a.txt", version_parts=["1"], build=write("now")).is_file()


def test_our_own_errors_pass_through_a_build() -> None:
    def build(part: Path) -> None:
        raise DataSourceError("{path} is damaged ({reason}).", path=part, reason="test")

    with pytest.raises(DataSourceError, match="is damaged"):
        store.build_once("a.txt", version_parts=["1"], build=build)


def test_a_full_disk_is_reported_with_the_cure() -> None:
    def build(part: Path) -> None:
        part.write_text("half", encoding="utf-8")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OutputError, match=r"No space left on device; .* GB free\)\. Make room"):
        store.build_once("a.txt", version_parts=["1"], build=build)
    assert store.built_path("a.txt", version_parts=["1"]) is None


def test_a_folder_that_was_asked_for_and_cannot_be_written_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocker = tmp_path / "file"
    blocker.write_text("", encoding="utf-8")
    monkeypatch.setenv("GEO_URBAN_CACHE", str(blocker))
    with pytest.raises(OutputError, match=r"cannot be written to .* Set GEO_URBAN_CACHE"):
        store.build_once("a.txt", version_parts=["1"], build=write("x"))


def test_a_checkout_keeps_its_own_data(monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    monkeypatch.delenv("GEO_URBAN_CACHE")
    assert store.cache_folder("boundaries") == repository / "data" / "boundaries"
    assert store.cache_folder("rasters") == repository / "data" / "rasters"


def test_an_installed_package_uses_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("GEO_URBAN_CACHE")
    monkeypatch.setattr(store, "_PACKAGE", tmp_path / "site-packages" / "geo_urban")
    assert "geo-urban" in store.cache_folder("boundaries").parts
    assert tmp_path not in store.cache_folder("boundaries").parents


def test_a_read_only_checkout_falls_back_but_its_products_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("GEO_URBAN_CACHE")
    checkout, personal = tmp_path / "checkout", tmp_path / "personal"
    (checkout / "data" / "boundaries").mkdir(parents=True)
    (checkout / "pyproject.toml").touch()
    monkeypatch.setattr(store, "_PACKAGE", checkout / "geo_urban")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: str(personal))
    built = store.build_once("a.txt", version_parts=["1"], build=write("in the checkout"))
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere, so the answer is simulated
    assert store.cache_folder() == personal / "boundaries"
    assert store.build_once("a.txt", version_parts=["1"], build=fail) == built
    assert store.build_once("b.txt", version_parts=["1"], build=write("b")).parent == personal / "boundaries"


def test_clear_and_status_know_products_only(cache: Path) -> None:
    store.build_once("a.txt", version_parts=["1"], build=write("a"))
    store.build_once("b.txt", version_parts=["1"], build=write("b"), kind="rasters")
    sources = cache / "boundaries" / "SOURCES.md"
    sources.touch()
    assert store.status()[["kind", "name"]].to_numpy().tolist() == [["boundaries", "a.txt"], ["rasters", "b.txt"]]
    assert [path.parent.name for path in store.clear("rasters")] == ["rasters"]
    assert len(store.clear()) == 1
    assert sources.is_file()
    assert store.status().empty


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError, match="`kind` must be one of boundaries, rasters; got 'grids'"):
        store.cache_folder("grids")  # type: ignore[arg-type]


BUILDER = textwrap.dedent(
    """
    import sys, time
    from pathlib import Path
    from geo_urban.datasets import store

    def build(part):
        with (Path(sys.argv[1]) / "log").open("a") as log:
            log.write("built\\n")
        part.write_text("half")
        time.sleep(float(sys.argv[2]))
        part.write_text("whole")

    print(store.build_once("slow.txt", version_parts=["1"], build=build).read_text())
    """
)


def start(folder: Path, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", BUILDER, str(folder), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def wait_for(path: Path) -> None:
    for _ in range(600):
        if path.is_file():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} did not appear")


def test_two_processes_build_once(cache: Path) -> None:
    builders = [start(cache, 1.0), start(cache, 1.0)]
    said = [builder.communicate(timeout=60)[0].strip() for builder in builders]
    assert said == ["whole", "whole"]
    assert (cache / "log").read_text(encoding="utf-8") == "built\n"


def test_a_killed_build_leaves_nothing_that_counts(cache: Path) -> None:
    builder = start(cache, 60.0)
    wait_for(cache / "log")
    builder.kill()
    builder.communicate(timeout=60)
    assert store.built_path("slow.txt", version_parts=["1"]) is None
    path = store.build_once("slow.txt", version_parts=["1"], build=write("whole"))
    assert path.read_text(encoding="utf-8") == "whole"
    assert list(path.parent.glob(".*.part*")) == []
