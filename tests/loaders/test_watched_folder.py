"""A watched folder: what becomes of each file, and that nothing is lost or doubled, whenever the process dies."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from graph.errors import UsageError
from graph.keys import KeyRing
from graph.progress import Silent
from graph.store import GraphStore
from graph.stores import open_store
from loaders.source import sources
from loaders.watched_folder import State, WatchedFolder
from tests.conftest import SAMPLE, Office, firm, number, penalty, to_csv, uscc

AT = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)


class Post:
    """A watched folder and what it told."""

    def __init__(self, folder: Path, desk: Office) -> None:
        self.folder, self.desk = folder, desk
        folder.mkdir(exist_ok=True)
        self.told: list[tuple[str, str]] = []
        self.start()

    def start(self) -> None:
        """What a new process would do."""
        self.watched = WatchedFolder(
            self.folder,
            self.desk.store,
            self.desk.keys,
            lambda: AT,
            lambda zh, en: self.told.append((zh, en)),
            Silent(),
        )

    def put(self, name: str, content: Any) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else to_csv(content))
        return path

    def look(self, times: int = 2) -> State:
        states = [self.watched.look() for _ in range(times)]
        return states[-1]

    def files(self, folder: str = "") -> list[str]:
        """What lies under a folder of it, without the lock."""
        top = self.folder / folder
        return sorted(str(p.relative_to(top)) for p in top.rglob("*") if p.is_file() and p.name != ".lock")

    def loaded(self) -> list[tuple[str, str, int]]:
        return [(b.delivery.file, b.delivery.source, b.totals["loaded"]) for b in self.desk.store.batches()]


@pytest.fixture
def post(desk: Office, tmp_path: Path) -> Post:
    return Post(tmp_path / "in", desk)


def test_files_are_loaded_once_they_stand_still_and_put_away(post: Post) -> None:
    post.put("登记.csv", [firm(1)])
    growing = post.put("penalties/处罚.csv", [penalty(1, "罚1", "2026-10-01")])
    assert post.look(1) is State.DONE and post.loaded() == [], "seen for the first time"
    post.put("penalties/处罚.csv", [penalty(1, "罚1", "2026-10-01"), penalty(2, "罚2", "2026-10-02")])
    os.utime(growing, ns=(1, 1))
    post.look(1)
    assert post.loaded() == [("登记.csv", "registrations", 1)]
    post.look(1)
    assert post.loaded()[1:] == [("处罚.csv", "penalties", 2)]
    assert post.files() == [".done/2026-11-23/处罚.csv", ".done/2026-11-23/登记.csv"]
    assert post.told[0][0].startswith("批次 1 登记.csv：读取 1") and "read 1" in post.told[0][1]


def test_a_name_that_comes_again_covers_nothing_up(post: Post) -> None:
    for day in range(3):
        post.put("登记.csv", [firm(1, 企业名称=f"云津第{day}公司")])
        post.look()
    assert post.files(".done/2026-11-23") == ["登记-1.csv", "登记-2.csv", "登记.csv"]


@pytest.mark.parametrize("name", sorted(sources()))
def test_every_sources_folder_takes_its_files_and_refuses_others(post: Post, name: str) -> None:
    other = next(n for n in sorted(sources(), key=lambda n: (n <= name, n)) if n != name)
    post.put(f"{sources()[name].zh}/own.csv", sources()[name].sample.format(**SAMPLE).encode())
    post.put(f"{name}/other.csv", sources()[other].sample.format(**SAMPLE).encode())
    assert post.look() is State.DONE
    assert [(file, source) for file, source, _ in post.loaded()] == [("own.csv", name)]
    why = (post.folder / ".refused" / "other.csv.txt").read_text("utf-8")
    assert f"a file of {other}, in the folder of {name}" in why
    assert f"这是“{sources()[other].zh}”的文件" in why and (post.folder / ".refused" / "other.csv").exists()


def test_what_is_refused_is_told_in_both_languages_and_without_numbers(post: Post) -> None:
    post.put(f"{number(1)}名单.csv", b"\0\0")
    post.put("empty.csv", b"")
    post.put("bad.csv", [firm(i, 统一社会信用代码="123") for i in range(1, 9)])
    post.look()
    assert post.files(".refused") == [
        "[number removed]名单.csv",
        "[number removed]名单.csv.txt",
        "bad.csv",
        "bad.csv.txt",
        "empty.csv",
        "empty.csv.txt",
    ]
    texts = [p.read_text("utf-8") for p in sorted((post.folder / ".refused").glob("*.txt"))]
    assert "不是 UTF-8 或 GB18030 文本" in texts[0] and "zero bytes" in texts[0]
    assert "8 行中有 8 行不合格" in texts[1] and "8 of 8 rows rejected" in texts[1]
    assert "空文件" in texts[2] and "empty file" in texts[2]
    assert number(1) not in "".join(texts) + str(post.told) and post.loaded() == []


def test_unknown_headers_come_back_with_a_mapping_that_works_beside_the_file(post: Post) -> None:
    text = f"企业信用代码号,公司名称,成立时间日期\n{uscc(1)},某公司,2020-01-01\n"
    post.put("registrations/odd.csv", text.encode())
    post.look()
    assert post.files(".refused") == ["odd.csv", "odd.csv.mapping.json", "odd.csv.txt"]
    mapping = (post.folder / ".refused" / "odd.csv.mapping.json").read_text("utf-8")
    post.put("registrations/odd.csv.mapping.json", b"{}")
    post.put("registrations/odd.csv", text.encode())
    post.look()
    assert "对应关系文件无效" in (post.folder / ".refused" / "odd-1.csv.txt").read_text("utf-8")
    for wrong, right in (
        ('"企业信用代码号": ""', '"企业信用代码号": "统一社会信用代码"'),
        ('"公司名称": ""', '"公司名称": "企业名称"'),
    ):
        mapping = mapping.replace(wrong, right)
    post.put("registrations/odd.csv.mapping.json", mapping.encode())
    post.put("registrations/odd.csv", text.encode())
    post.look()
    assert post.loaded() == [("odd.csv", "registrations", 1)]


def test_a_receipt_goes_out_and_the_corrected_one_comes_in_by_the_same_folder(post: Post) -> None:
    post.put("登记.csv", [firm(1), *(firm(i) for i in range(3, 40)), firm(2, 成立日期="2024-02-30")])
    post.look()
    assert post.files(".receipts") == ["1-登记.csv.xlsx"]
    book = openpyxl.load_workbook(post.folder / ".receipts" / "1-登记.csv.xlsx")
    sheet = book["退回行"]
    column = next(c.column for c in sheet[1] if c.value == "成立日期")
    sheet.cell(2, column, "2024-02-29")
    book.save(post.folder / "registrations.xlsx")
    book["回执"].cell(1, 2, 9)
    book.save(post.folder / "wrong.xlsx")
    (post.folder / "penalties").mkdir()
    shutil.copy(post.folder / "registrations.xlsx", post.folder / "penalties" / "misplaced.xlsx")
    post.look()
    assert post.loaded() == [("登记.csv", "registrations", 38), ("registrations.xlsx", "registrations", 1)]
    assert post.desk.store.batches()[1].delivery.corrects == 1, "and is no full list of one firm"
    assert "a file of registrations" in (post.folder / ".refused" / "misplaced.xlsx.txt").read_text("utf-8")
    assert "回执" in (post.folder / ".refused" / "wrong.xlsx.txt").read_text("utf-8")


def held(post: Post) -> None:
    """A full list, then one that lost most of its rows, and a file behind it."""
    post.put("a.csv", [firm(i) for i in range(1, 41)])
    post.look()
    post.put("b.csv", [firm(i) for i in range(1, 11)])
    assert post.look() is State.WAITING
    post.put("c.csv", [penalty(1, "罚1", "2026-10-01")])
    assert post.look() is State.WAITING and len(post.desk.store.batches()) == 2


def test_a_held_batch_waits_until_a_person_accepts_it(post: Post) -> None:
    held(post)
    note = (post.folder / ".loading" / "2.txt").read_text("utf-8")
    assert "--accept-vanished" in note and "unload 2" in note and "少了 5% 以上" in note
    assert len([t for t, _ in post.told if "待决定" in t]) == 1, "told once, not at every look"
    post.desk.folder = post.folder / ".loading" / "2"
    post.desk.deliver(
        "registrations", [firm(i) for i in range(1, 11)], "2026-11-23", True, file="b.csv", accept_vanished=True
    )
    assert post.look() is State.DONE
    assert [f for f, _, _ in post.loaded()] == ["a.csv", "b.csv", "c.csv"] and post.files(".loading") == []
    assert post.files(".done/2026-11-23") == ["a.csv", "b.csv", "c.csv"]


def test_a_held_batch_that_a_person_takes_back_is_refused(post: Post) -> None:
    held(post)
    post.desk.store.remove(post.desk.store.batches()[-1])
    assert post.look() is State.DONE
    assert [f for f, _, _ in post.loaded()] == ["a.csv", "c.csv"]
    assert "已被撤回" in (post.folder / ".refused" / "b.csv.txt").read_text("utf-8")


def test_what_is_not_for_it_is_left_alone(post: Post, tmp_path: Path) -> None:
    (tmp_path / "outside.csv").write_bytes(to_csv([firm(9)]))
    (post.folder / "link.csv").symlink_to(tmp_path / "outside.csv")
    for name in (
        ".hidden.csv",
        "~$登记.xlsx",
        "a.csv.filepart",
        "x.csv.mapping.json",
        "别的/a.csv",
        "registrations/deeper/a.csv",
    ):
        (post.folder / name).parent.mkdir(parents=True, exist_ok=True)
        post.put(name, [firm(1)])
    before = post.files()
    assert post.look(3) is State.DONE
    assert post.files() == before and post.loaded() == []
    assert [en for _, en in post.told] == ["别的: no source's name, left alone"]


def test_the_same_file_may_come_again_another_day(post: Post) -> None:
    """It confirms what is known; only a file that was on its way when a process died is not loaded twice."""
    for _ in range(2):
        post.put("a.csv", [firm(1)])
        post.look()
    assert [(b.totals["loaded"], b.totals["unchanged"]) for b in post.desk.store.batches()] == [(1, 0), (0, 1)]


class Killed(BaseException):
    """What kill -9 is to a process: nothing after it is done."""


def test_dying_at_any_step_loses_and_doubles_nothing(
    keys: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each rename, removal, text and store transaction is the last one once; then another process goes on."""
    step = 0
    while _dies(step, keys, tmp_path, monkeypatch):
        step += 1
    assert step > 15


def _dies(step: int, keys: KeyRing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a process that may take so many steps dies of it; whatever it left, the next one does the rest."""
    with open_store("sqlite://") as store, monkeypatch.context() as patched:
        post = Post(tmp_path / str(step), Office(store, keys, tmp_path))
        post.put("good.csv", [firm(1), firm(2), firm(3, 成立日期="2024-02-30")])
        post.put("penalties/other.csv", [firm(4)])
        post.look(1)
        left = step

        def mortal(owner: Any, name: str) -> None:
            original = getattr(owner, name)

            def act(*arguments: Any, **more: Any) -> Any:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Killed
                return original(*arguments, **more)

            patched.setattr(owner, name, act)

        for name in ("rename", "replace", "unlink", "rmdir", "write_text"):
            mortal(Path, name)
        for name in ("save_batch", "write", "seal", "remove"):
            mortal(type(store), name)
        died = False
        try:
            post.look(1)
        except Killed:
            died = True
        patched.undo()
        post.start()
        assert post.look(2) is State.DONE
        assert post.loaded() == [("good.csv", "registrations", 2)], step
        assert post.files() == [
            ".done/2026-11-23/good.csv",
            ".receipts/1-good.csv.xlsx",
            ".refused/other.csv",
            ".refused/other.csv.txt",
        ], step
    return died


def test_a_bug_refuses_the_file_and_does_not_stop_the_folder(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    post.put("a.xlsx", b"PK")
    with monkeypatch.context() as broken:
        broken.setattr("loaders.readers.load_workbook", lambda *_: 1 / 0)
        post.look()
    post.put("b.csv", [firm(1)])
    post.look()
    assert "ZeroDivisionError" in (post.folder / ".refused" / "a.xlsx.txt").read_text("utf-8")
    assert post.loaded() == [("b.csv", "registrations", 1)]


def test_one_process_a_folder(post: Post) -> None:
    again = Post(post.folder, post.desk)
    with post.watched.locked(), pytest.raises(UsageError, match="another process watches"), again.watched.locked():
        pass
    with again.watched.locked():
        pass
    shutil.rmtree(post.folder)
    with pytest.raises(UsageError, match="no folder"):
        post.start()


def test_another_processs_unfinished_batch_is_waited_for(post: Post, memory: GraphStore) -> None:
    batch = post.desk.deliver("registrations", [firm(1)], "2026-11-20")
    batch.sealed = False
    memory.save_batch(batch)
    post.put("c.csv", [penalty(1, "罚1", "2026-10-01")])
    assert post.look(3) is State.WAITING and "unload 1" in post.told[0][1] and len(post.told) == 1
    batch.sealed = True
    memory.save_batch(batch)
    assert post.look(1) is State.DONE and len(post.loaded()) == 2
