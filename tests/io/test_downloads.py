"""Fetching over a bad line: a server that cuts, stalls, redirects, lies about length and serves what is no archive."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from geo_urban.cli import main
from geo_urban.errors import CombinedInputError, DataSourceError, InputError, OutputError
from geo_urban.io import _archives, _transfer, data_sets, fetch, read_grid, source_of
from geo_urban.io._transfer import Patience, transfer

if TYPE_CHECKING:
    from pathlib import Path

HURRIED = Patience(connect_s=2.0, read_s=0.3, tries=3, pause_s=0.01)
KOR = "Global_2000_2020_1km_UNadj/2020/KOR/kor_ppp_2020_1km_Aggregated_UNadj.tif"
TILE = (
    "GHS_POP_GLOBE_R2023A/GHS_POP_E2020_GLOBE_R2023A_54009_1000/V1-0/tiles/"
    "GHS_POP_E2020_GLOBE_R2023A_54009_1000_V1_0_R5_C30"
)


def raster(*, side: int = 300) -> bytes:
    """A GeoTIFF of noise: it cannot be compressed, so its size is known to be about 4 bytes a cell."""
    values = np.random.default_rng(1).random((side, side), dtype="float32")
    profile = {"driver": "GTiff", "height": side, "width": side, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.MemoryFile() as memory:
        with memory.open(**profile, transform=Affine(0.01, 0, 120, 0, -0.01, 40), tiled=True) as file:
            file.write(values, 1)
        return bytes(memory.read())


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return buffer.getvalue()


def get(web: Any, folder: Path, **options: Any) -> Path:
    return fetch("worldpop", year=2020, region="kor", folder=folder, base_url=web.url, patience=HURRIED, **options)


def visible(folder: Path) -> list[str]:
    """Names a user sees: no file may stand there that is not whole."""
    return sorted(path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))


@pytest.fixture(autouse=True)
def _straight_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("GEO_URBAN_MIRROR", raising=False)


@pytest.fixture
def content() -> bytes:
    return raster()


def test_fetched_recorded_and_kept(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    path = get(web, tmp_path)
    assert path == tmp_path / "worldpop" / "kor_ppp_2020_1km_Aggregated_UNadj.tif"
    assert path.read_bytes() == content
    note = source_of(path)
    assert (note["bytes"], note["sha256"]) == (len(content), sha256(content).hexdigest())
    assert note["licence"] == "CC BY 4.0"
    assert note["url"] == f"{web.url}/{KOR}"
    asked = len(web.ranges)
    assert get(web, tmp_path) == path  # it is there already
    assert len(web.ranges) == asked
    assert visible(tmp_path) == [path.name, f"{path.name}.source.json"]
    path.write_bytes(content[:-1])
    with pytest.raises(DataSourceError, match="its size or hash is another"):
        get(web, tmp_path)


def test_a_cut_transfer_goes_on_where_it_stopped(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.next(KOR, web.cut(100_000), web.cut(150_000))
    assert get(web, tmp_path).read_bytes() == content
    # Three answers: from the start, and twice from where it was cut (whole pieces of 64 KiB are certain to be kept).
    begins = [int((asked or "bytes=0-").removeprefix("bytes=").split("-")[0]) for asked in web.ranges]
    assert len(begins) == 3
    assert 0 == begins[0] < begins[1] < begins[2]
    assert begins[1] >= 65536


def test_a_later_call_goes_on(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.every(KOR, web.cut(0))
    web.next(KOR, web.cut(200_000))
    with pytest.raises(DataSourceError, match=r"broke off after 0\.[12] MB .*the same call goes on from there"):
        get(web, tmp_path)
    assert visible(tmp_path) == []
    web.always.clear()
    web.ranges.clear()
    assert get(web, tmp_path).read_bytes() == content
    assert len(web.ranges) == 1
    assert web.ranges[0] is not None


def test_a_stalled_server_is_asked_again(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.next(KOR, web.stall(100_000), web.stall(0))
    assert get(web, tmp_path).read_bytes() == content


def test_a_server_that_only_stalls_is_given_up(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.every(KOR, web.stall(0))
    with pytest.raises(DataSourceError, match=r"cannot be reached.*on another computer and save it as"):
        get(web, tmp_path)
    assert len(web.ranges) == HURRIED.tries
    assert visible(tmp_path) == []


def test_a_server_without_ranges_starts_over(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.every(KOR, web.announce(lambda length: length))
    web.next(KOR, web.cut(100_000))
    assert get(web, tmp_path).read_bytes() == content


def test_a_file_that_changed_meanwhile_is_fetched_anew(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.every(KOR, web.cut(0))
    web.next(KOR, web.cut(100_000))
    with pytest.raises(DataSourceError, match="broke off"):
        get(web, tmp_path)
    web.always.clear()
    other = raster(side=310)
    web.put(KOR, other)  # another tag: `If-Range` brings it whole
    assert get(web, tmp_path).read_bytes() == other


def test_redirects_are_followed_but_not_for_ever(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put("elsewhere/file.tif", content)
    web.next(KOR, web.redirect("/elsewhere/file.tif"))
    assert get(web, tmp_path).read_bytes() == content
    (tmp_path / "again").mkdir()
    web.every(KOR, web.redirect(f"/{KOR}"))
    with pytest.raises(DataSourceError, match="cannot be fetched safely"):
        get(web, tmp_path / "again")
    web.every(KOR, web.redirect("file:///etc/hostname"))
    with pytest.raises(DataSourceError, match="cannot be fetched safely"):
        get(web, tmp_path / "again")
    assert visible(tmp_path / "again") == []


def test_no_way_from_an_encrypted_to_an_open_address() -> None:
    with pytest.raises(DataSourceError, match="sends on to http://b/, which is not encrypted"):
        _transfer._require_secure("https://a/", "http://b/")


def test_a_length_that_is_too_long(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.every(KOR, web.announce(lambda length: length + 1000))
    with pytest.raises(DataSourceError, match="broke off after"):
        get(web, tmp_path)
    assert visible(tmp_path) == []


def test_a_length_that_is_too_short(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.every(KOR, web.announce(lambda length: length - 1000))
    with pytest.raises(DataSourceError, match=r"brought a damaged file \(its last cells are missing\)"):
        get(web, tmp_path)
    assert [path.suffix for path in tmp_path.rglob("*") if path.is_file()] == [".lock"]  # nor is a part kept


@pytest.mark.parametrize(
    ("status", "told"), [(404, "does not exist on the server"), (403, "refused by the server"), (410, "does not exist")]
)
def test_what_the_server_refuses(web: Any, tmp_path: Path, status: int, told: str) -> None:
    web.every(KOR, web.status(status))
    with pytest.raises(DataSourceError, match=told):
        get(web, tmp_path)
    assert len(web.ranges) == 1  # asking again would bring the same


def test_a_busy_server_is_asked_again(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    web.next(KOR, web.status(503), web.status(429))
    assert get(web, tmp_path).read_bytes() == content
    assert len(web.ranges) == 3


def test_a_login_page_is_no_raster(web: Any, tmp_path: Path) -> None:
    web.every(KOR, web.status(200, b"<html>Log in</html>", "text/html; charset=utf-8"))
    with pytest.raises(DataSourceError, match="answers with a web page"):
        get(web, tmp_path)
    web.every(KOR, web.status(200, b"<html>Log in</html>"))
    with pytest.raises(DataSourceError, match="brought a damaged file"):
        get(web, tmp_path)
    assert visible(tmp_path) == []


def test_hashes(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    with pytest.raises(DataSourceError, match=f"with the SHA-256 {sha256(content).hexdigest()}, not 0000"):
        get(web, tmp_path, sha256="0" * 64)
    assert visible(tmp_path) == []
    path = get(web, tmp_path, sha256=sha256(content).hexdigest().upper())
    assert get(web, tmp_path, sha256=sha256(content).hexdigest()) == path
    with pytest.raises(DataSourceError, match="its size or hash is another"):
        get(web, tmp_path, sha256="0" * 64)


def test_too_little_room(web: Any, tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    web.put(KOR, content)
    monkeypatch.setattr(_transfer.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 64 * 1024**2})())
    with pytest.raises(OutputError, match=r"has 0\.07 GB free.*Make room"):
        get(web, tmp_path)
    assert visible(tmp_path) == []


def test_a_folder_that_cannot_be_written(web: Any, tmp_path: Path, content: bytes) -> None:
    web.put(KOR, content)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        get(web, tmp_path / "file")


def test_without_a_network(tmp_path: Path) -> None:
    # Port 9 (discard) of this machine: nobody listens.
    with pytest.raises(DataSourceError, match=r"127.0.0.1:9 cannot be reached \(Connection refused\)"):
        fetch("worldpop", year=2020, region="KOR", folder=tmp_path, base_url="http://127.0.0.1:9", patience=HURRIED)


def tile(web: Any, folder: Path) -> Path:
    return fetch("ghs-pop", year=2020, region="R5_C30", folder=folder, base_url=web.url, patience=HURRIED)


def test_an_archive_is_unpacked(web: Any, tmp_path: Path, content: bytes) -> None:
    name = TILE.rsplit("/", 1)[-1]
    web.put(f"{TILE}.zip", archive({f"{name}.tif": content, "GHSL_Data_Package_2023.pdf": b"%PDF"}))
    path = tile(web, tmp_path)
    assert path.name == f"{name}.tif"
    assert path.read_bytes() == content
    assert visible(tmp_path) == [path.name, f"{path.name}.source.json"]  # neither archive nor papers
    assert tile(web, tmp_path) == path


def test_an_archive_put_there_by_hand(web: Any, tmp_path: Path, content: bytes) -> None:
    name = TILE.rsplit("/", 1)[-1]
    (tmp_path / "ghs-pop").mkdir()
    (tmp_path / "ghs-pop" / f"{name}.zip").write_bytes(archive({f"{name}.tif": content}))
    assert tile(web, tmp_path).read_bytes() == content
    assert web.ranges == []


@pytest.mark.parametrize(
    "name", ["../outside.tif", "/outside.tif", "C:\\outside.tif", "..\\outside.tif", "inside/../../outside.tif"]
)
def test_an_archive_with_names_that_lead_out(web: Any, tmp_path: Path, content: bytes, name: str) -> None:
    web.put(f"{TILE}.zip", archive({name: content}))
    folder = tmp_path / "in"
    with pytest.raises(DataSourceError, match="names that lead out of its folder"):
        tile(web, folder)
    assert visible(tmp_path) == []


def test_an_archive_with_a_link(web: Any, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        link = zipfile.ZipInfo("grid.tif")
        link.external_attr = 0o120777 << 16  # a symbolic link, as Unix archives store it
        made.writestr(link, "/etc/hostname")
    web.put(f"{TILE}.zip", buffer.getvalue())
    with pytest.raises(DataSourceError, match="names that lead out of its folder"):
        tile(web, tmp_path)
    assert visible(tmp_path) == []


def test_a_corrupt_archive(web: Any, tmp_path: Path, content: bytes) -> None:
    whole = archive({"grid.tif": content})
    for damaged, told in (
        (whole[:-100], "damaged file"),  # its table of contents is missing
        (b"PK" + bytes(1000), "damaged file"),
        (whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:], r"damaged file \(Bad CRC-32"),
        (archive({"readme.txt": b"moved"}), "should hold one raster .* and holds readme.txt"),
        (archive({"grid.tif": content[: len(content) // 2]}), "damaged file"),
    ):
        web.put(f"{TILE}.zip", damaged)
        with pytest.raises(DataSourceError, match=told):
            tile(web, tmp_path)
        assert visible(tmp_path) == []


def test_boundaries_are_no_pointer_to_elsewhere(web: Any, tmp_path: Path) -> None:
    path = "KOR/ADM1/geoBoundaries-KOR-ADM1.geojson"
    web.put(path, b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    options: dict[str, Any] = {"region": "KOR", "folder": tmp_path, "base_url": web.url, "patience": HURRIED}
    with pytest.raises(DataSourceError, match="damaged file"):
        fetch("geoboundaries", **options)
    web.put(path, b'{"type": "FeatureCollection", "features": []}')
    assert json.loads(fetch("geoboundaries", **options).read_text())["features"] == []


def test_names_years_and_regions() -> None:
    with pytest.raises(InputError, match=r"no data set `ghspop`.*Did you mean `ghs-pop`"):
        fetch("ghspop")
    with pytest.raises(CombinedInputError) as caught:
        fetch("worldpop", year=1999, region="Korea", resolution="10m")
    assert "`year` = 1999 is not in worldpop, which has 2000 – 2020" in str(caught.value)
    assert "`region` = Korea is not a country of worldpop" in str(caught.value)
    assert "`resolution` = 10m is not in worldpop, which has 1km, 100m" in str(caught.value)
    with pytest.raises(InputError, match="is one file of the whole world"):
        fetch("worldpop-world", year=2020, region="KOR")
    with pytest.raises(InputError, match="is not a tile"):
        fetch("ghs-pop", year=2020, region="../R5_C30")
    with pytest.raises(InputError, match="is not an address of the web"):
        fetch("ghs-land", base_url="ftp://example.org")


def test_a_mirror_named_in_the_environment(
    web: Any, tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.put(KOR, content)
    monkeypatch.setenv("GEO_URBAN_MIRROR", f"{web.url}/")
    monkeypatch.setenv("GEO_URBAN_CACHE", str(tmp_path))
    path = fetch("worldpop", year=2020, region="KOR", patience=HURRIED)
    assert path.parent == tmp_path / "downloads" / "worldpop"
    assert read_grid(path, quantity=data_sets().loc["worldpop", "quantity"]).shape == (300, 300)


def test_addresses_are_those_of_the_publishers() -> None:
    # Written out from addresses in public use (see docs/grids.md), not made by the patterns they test.
    from geo_urban.io._catalogue import wanted

    def address(name: str, year: int | None = None, region: str | None = None, resolution: str | None = None) -> str:
        file = wanted(name, year=year, region=region, resolution=resolution)
        return file.entry.base + file.path

    jrc = "https://jeodpp.jrc.ec.europa.eu/ftp/jrc-opendata/GHSL"
    worldpop = "https://data.worldpop.org/GIS/Population"
    assert address("worldpop", 2020, "KOR") == (
        f"{worldpop}/Global_2000_2020_1km_UNadj/2020/KOR/kor_ppp_2020_1km_Aggregated_UNadj.tif"
    )
    assert address("worldpop", 2020, "MEX", "100m") == f"{worldpop}/Global_2000_2020/2020/MEX/mex_ppp_2020_UNadj.tif"
    assert address("worldpop-2025", 2015, "IRN") == (
        f"{worldpop}/Global_2015_2030/R2025A/2015/IRN/v1/1km_ua/constrained/irn_pop_2015_CN_1km_R2025A_UA_v1.tif"
    )
    assert address("ghs-pop", 2025, resolution="30ss") == (
        f"{jrc}/GHS_POP_GLOBE_R2023A/GHS_POP_E2025_GLOBE_R2023A_4326_30ss/V1-0/"
        "GHS_POP_E2025_GLOBE_R2023A_4326_30ss_V1_0.zip"
    )
    assert address("ghs-pop", 2020, "R6_C27", "100m") == (
        f"{jrc}/GHS_POP_GLOBE_R2023A/GHS_POP_E2020_GLOBE_R2023A_54009_100/V1-0/tiles/"
        "GHS_POP_E2020_GLOBE_R2023A_54009_100_V1_0_R6_C27.zip"
    )
    assert address("ghs-smod", 2020) == (
        f"{jrc}/GHS_SMOD_GLOBE_R2023A/GHS_SMOD_E2020_GLOBE_R2023A_54009_1000/V2-0/"
        "GHS_SMOD_E2020_GLOBE_R2023A_54009_1000_V2_0.zip"
    )
    assert address("ghs-built", 2020) == (
        f"{jrc}/GHS_BUILT_S_GLOBE_R2023A/GHS_BUILT_S_E2020_GLOBE_R2023A_54009_1000/V1-0/"
        "GHS_BUILT_S_E2020_GLOBE_R2023A_54009_1000_V1_0.zip"
    )
    assert address("ghs-land") == (
        f"{jrc}/GHS_LAND_GLOBE_R2022A/GHS_LAND_E2018_GLOBE_R2022A_54009_1000/V1-0/"
        "GHS_LAND_E2018_GLOBE_R2022A_54009_1000_V1_0.zip"
    )


def test_the_command(web: Any, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    web.put(KOR, content)
    words = ["data", "fetch", "worldpop", "--year", "2020", "--region", "KOR", "-o", str(tmp_path)]
    assert main([*words, "--base-url", web.url]) == 0
    shown = capsys.readouterr()
    assert shown.out.strip().endswith("worldpop/kor_ppp_2020_1km_Aggregated_UNadj.tif")
    assert "CC BY 4.0" in shown.err
    assert 'quantity="count"' in shown.err
    assert main(["data", "fetch"]) == 0
    assert "GHS-POP R2023A" in capsys.readouterr().out
    assert main(["data", "fetch", "worldpop", "--region", "KOR"]) != 0
    assert "`year` = None is not in worldpop" in capsys.readouterr().err


def test_two_at_once_fetch_it_once(web: Any, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    url = web.put("file.bin", bytes(range(256)) * 2000)
    targets = [tmp_path / "file.bin"] * 2
    with ThreadPoolExecutor(2) as pool:
        receipts = list(pool.map(lambda target: transfer(url, target, patience=HURRIED), targets))
    assert receipts[0].sha256 == receipts[1].sha256
    assert targets[0].read_bytes() == web.files["/file.bin"]
    assert len(web.ranges) == 1


def test_a_changed_file_of_a_server_that_goes_on_regardless(web: Any, tmp_path: Path, content: bytes) -> None:
    # As long as the first, with another tag: two halves of two files would make a third.
    web.put(KOR, content)
    web.every(KOR, web.cut(0))
    web.next(KOR, web.cut(100_000))
    with pytest.raises(DataSourceError, match="broke off"):
        get(web, tmp_path)
    web.always.clear()
    other = content[:5000] + bytes([content[5000] ^ 1]) + content[5001:]

    def regardless(answer: Any, body: bytes) -> None:
        first = int(answer.headers["Range"].removeprefix("bytes=").split("-")[0])
        head = {"Content-Range": f"bytes {first}-{len(body) - 1}/{len(body)}", "ETag": '"other"'}
        answer.say(206, {**head, "Content-Length": str(len(body) - first)})
        answer.wfile.write(body[first:])

    web.put(KOR, other)
    web.next(KOR, regardless)
    assert get(web, tmp_path).read_bytes() == other


def test_an_archive_stays_where_only_room_was_missing(
    web: Any, tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = TILE.rsplit("/", 1)[-1]
    web.put(f"{TILE}.zip", archive({f"{name}.tif": content}))
    with monkeypatch.context() as full:
        full.setattr(_archives, "require_room", _no_room)
        with pytest.raises(OutputError, match="no room"):
            tile(web, tmp_path)
    assert visible(tmp_path) == [f"{name}.zip"]
    web.ranges.clear()
    assert tile(web, tmp_path).read_bytes() == content
    assert web.ranges == []


def _no_room(*_: object) -> None:
    raise OutputError("no room")


def test_what_is_no_hash_is_told_before_anything_is_fetched(web: Any, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="`sha256` = d41d8cd98f00b204e9800998ecf8427e is no SHA-256"):
        get(web, tmp_path, sha256="d41d8cd98f00b204e9800998ecf8427e")  # an MD5
    assert web.ranges == []


def test_a_file_that_another_brought_meanwhile_must_have_the_hash_too(tmp_path: Path) -> None:
    target = tmp_path / "file.bin"
    target.write_bytes(b"another")
    with pytest.raises(DataSourceError, match="damaged or another version"):
        transfer("http://127.0.0.1:9/file.bin", target, expected_sha256="0" * 64)
