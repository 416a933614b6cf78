"""Zip archives: what they hold is unpacked within limits, and nothing in them decides where files go."""

import struct
import zipfile
from pathlib import Path

import pytest

from corpus import zip_archive
from corpus.errors import UnreadableFile
from corpus.zip_archive import is_archive, unpack

MOST = 1 << 20


def archive(path: Path, **files: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def test_documents_are_unpacked_and_the_rest_is_counted(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "a.zip",
        **{
            "2023/report.md": "one", "2024/report.md": "two", "__MACOSX/2024/._report.md": "x", ".git/note.txt": "x",
            "logo.svg": "x", "inner.zip": "x", "~$open.docx": "x",
        },
    )  # fmt: skip
    found = unpack(path, tmp_path / "out", MOST)
    assert [(file.read_text(), shown) for file, shown in found.files] == [
        ("one", "2023/report.md"),
        ("two", "2024/report.md"),
    ]
    assert found.left_out == 5


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/evil.txt", "C:\\evil.txt", "a/../../../evil.txt"])
def test_names_in_an_archive_lead_nowhere_else(name: str, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    unpacked = unpack(archive(tmp_path / "a.zip", **{name: "words", "fine.txt": "words"}), out, MOST).files
    assert all(file.resolve().is_relative_to(out.resolve()) for file, _ in unpacked)
    assert [path for path in tmp_path.rglob("*evil*") if not path.is_relative_to(out)] == []


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"a.exe": "x"}, "holds no document"),
        ({"a.txt": " " * 30_000_000}, "too tightly packed"),
        ({f"{number}.txt": "x" for number in range(2001)}, "the limits are 2,000"),
    ],
)
def test_what_is_beyond_the_limits_is_refused(files: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=says):
        unpack(archive(tmp_path / "a.zip", **files), tmp_path / "out", MOST)
    assert not (tmp_path / "out").exists()


def test_the_total_size_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_archive, "MOST_BYTES", 100)
    with pytest.raises(UnreadableFile, match="too much"):
        unpack(archive(tmp_path / "a.zip", **{"a.txt": "x" * 101}), tmp_path / "out", MOST)


def test_an_entry_that_lies_about_its_size_is_cut_off_or_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.txt": "word " * 1_000_000})
    data = path.read_bytes()
    size = struct.pack("<I", 5_000_000)
    path.write_bytes(data.replace(size, struct.pack("<I", 10)))
    try:
        (file, _), *_ = unpack(path, tmp_path / "out", MOST).files
    except UnreadableFile:
        return
    assert file.stat().st_size <= MOST + 1


def test_a_broken_or_encrypted_archive_says_so(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", **{"a.txt": "words"})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match="encrypted"):
        unpack(path, tmp_path / "out", MOST)
    (tmp_path / "b.zip").write_bytes(b"PK\x03\x04 and no more")
    assert not is_archive(tmp_path / "b.zip")
