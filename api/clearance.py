"""What stands between a question and its answer: task, purpose, approval and log, behind one interface.

Files stand behind it today (api/file_clearance.py); a service puts its own tables behind it.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from analytics.rules.purposes import Purpose, Subject, purpose_on, purposes_on
from api.task import Task
from graph.approval import ArchiveApproval
from graph.errors import UsageError

Given = TypeVar("Given")

_SUBJECTS_ZH: dict[Subject, str] = {"person": "自然人", "company": "企业"}


@dataclass(frozen=True)
class Question:
    """What is asked: by which command, about how many people or firms, on a list or one by one.

    `exploring`: the graph itself is looked through, and whoever is met is shown.
    """

    command: str
    about: Subject
    count: int = 1
    batch: bool = False
    exploring: bool = False


def worded(stated: str) -> dict[str, str]:
    """What the log keeps of a purpose as stated: its code and, after a colon, the number of a case or document."""
    code, _, number = stated.replace("：", ":").partition(":")
    return {"purpose": code.strip()} | ({"reference": number.strip()} if number.strip() else {})


class Clearance(ABC):
    """Says whether a question may be asked; whatever it says is in the log before anybody is told."""

    def __init__(self, today: dt.date) -> None:
        self.today = today

    @abstractmethod
    def _task(self, reference: str) -> Task:
        """The task of a reference; UsageError where there is none that is complete."""

    @abstractmethod
    def _approval(self, reference: str) -> ArchiveApproval:
        """The archive approval of a reference; UsageError where there is none."""

    @abstractmethod
    def _append(self, command: str, told: dict[str, Any], subjects: Sequence[str]) -> None:
        """Add to the log, for good."""

    def task(self, command: str, reference: str | None) -> Task:
        """The task in which a command runs."""
        if not reference:
            self.refuse(
                command,
                "no task is named",
                "Name its file with --task; creditgraph tasks new writes one.",
                "没有指定联查任务。请用 --task 指定任务文件；creditgraph tasks new 可生成。",
            )
        return self._or_logged(command, lambda: self._task(reference))

    def purpose(self, question: Question, stated: str | None, subjects: Sequence[str] = ()) -> Purpose:
        """What the table allows today for a purpose, stated as CODE:NUMBER; outside it refused.

        The number is that of the case or document that is served (2-rules B11); for a firm it may be left out.
        """
        return self._or_logged(question.command, lambda: self._stated(question, stated), subjects, purpose=stated)

    def shown(self, command: str, stated: str | None, subjects: Sequence[str], **told: Any) -> None:
        """Log the people whom a command that explores the graph is about to show; refused without a purpose."""
        question = Question(command, "person", len(subjects), exploring=True)
        self.purpose(question, stated, subjects)
        self.asked(question, subjects, **worded(stated or ""), **told)

    def admit(self, question: Question, task: Task) -> Purpose:
        """What the table allows a task today; refused where task or purpose do not cover the question."""
        told: dict[str, Any] = {"task": task.number, "purpose": task.purpose, "count": question.count}
        return self._or_logged(question.command, lambda: self._admitted(question, task), (), **told)

    def approval(self, command: str, reference: str) -> ArchiveApproval:
        """The approval that opens the archive today; its use is logged."""

        def given() -> ArchiveApproval:
            found = self._approval(reference)
            found.require(self.today)
            return found

        found = self._or_logged(command, given)
        self._append(command, {"archive": found.case, "approved_by": found.approved_by}, ())
        return found

    def asked(self, question: Question, subjects: Sequence[str], **told: Any) -> None:
        """Log a question that was admitted, with the ids that it is about, before its answer is shown."""
        self._append(question.command, {"about": question.about, "count": question.count, **told}, subjects)

    def refuse(self, command: str, message: str, remedy: str, zh: str, **told: Any) -> NoReturn:
        """Log a refusal and raise it."""
        self._append(command, {**told, "refused": message, "refused_zh": zh}, ())
        raise UsageError(message, remedy, zh)

    def _or_logged(self, command: str, give: Callable[[], Given], subjects: Sequence[str] = (), **told: Any) -> Given:
        try:
            return give()
        except UsageError as error:
            self._append(command, {**told, "refused": error.message, "refused_zh": error.zh}, subjects)
            raise

    def _stated(self, question: Question, stated: str | None) -> Purpose:
        found = covering(question, stated, self.today)
        if question.about == "person" and "reference" not in worded(stated or ""):
            raise UsageError(
                "no case or document is named that people are asked about for",
                f"State its number after the purpose: {found.code}:NUMBER.",
                f"没有写明查询自然人所依据的案件或文书编号。请在目的代码后写明：{found.code}:编号。",
            )
        return found

    def _admitted(self, question: Question, task: Task) -> Purpose:
        found = covering(question, task.purpose, self.today)
        most = min(found.most, task.most or found.most)
        if task.role not in found.roles:
            raise UsageError(
                f"the purpose {found.code} is not one of {task.role}'s",
                f"It is for {', '.join(found.roles)}.",
                f"目的 {found.code} 不属于 {task.role} 的职能。适用职能：{'、'.join(found.roles)}。",
            )
        if not task.opened_on <= self.today <= task.ends_on:
            raise UsageError(
                f"the task runs from {task.opened_on} to {task.ends_on}",
                "Open a new one.",
                f"任务有效期为 {task.opened_on} 至 {task.ends_on}。请另立任务。",
            )
        if question.batch and question.about == "person" and task.approved_by in (None, task.asked_by):
            raise UsageError(
                "a list of people needs a second officer's approval",
                "approved_by names another than asked_by.",
                "批量查询自然人须另一人审批。approved_by 须与 asked_by 不同。",
            )
        if question.count > most:
            raise UsageError(
                f"{question.count:,} are asked about, the task allows {most:,}",
                "Split the list by request.",
                f"查询 {question.count:,} 人（户），超过任务上限 {most:,}。请按来函拆分名单。",
            )
        return found


def covering(question: Question, stated: str | None, today: dt.date) -> Purpose:
    """The purpose that is stated; UsageError where the table of the day does not allow the question for it."""
    code = worded(stated or "")["purpose"]
    codes = [c for c, p in purposes_on(today).items() if _covers(p, question)]
    choices, choices_zh = f"One of: {', '.join(codes)}.", f"可用：{'、'.join(codes)}。"
    if not code:
        raise UsageError(
            "no purpose is stated",
            f"State one with --purpose CODE:CASE. {choices}",
            f"没有写明查询目的。请用 --purpose 目的代码:案号。{choices_zh}",
        )
    found = purpose_on(code, today)
    if question.about not in found.about:
        raise UsageError(
            f"the purpose {found.code} is not for questions about a {question.about}",
            choices,
            f"目的 {found.code} 不得用于查询{_SUBJECTS_ZH[question.about]}。{choices_zh}",
        )
    if not _covers(found, question):
        raise UsageError(
            f"for {found.code} the graph may not be looked through, only subjects asked about",
            choices,
            f"目的 {found.code} 不得浏览图谱，只能查询指定的主体。{choices_zh}",
        )
    return found


def _covers(purpose: Purpose, question: Question) -> bool:
    return question.about in purpose.about and (purpose.exploring or not question.exploring)
