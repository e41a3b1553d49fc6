"""Cases and how they ended for each party (司法案件)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

ROLES = {
    "原告": "plaintiff",
    "申请人": "plaintiff",
    "被告": "defendant",
    "被申请人": "defendant",
    "第三人": "third_party",
}
RESULTS = {
    "胜诉": "won",
    "败诉": "lost",
    "部分支持": "partly",
    "部分": "partly",
    "调解": "settled",
    "和解": "settled",
    "撤诉": "withdrawn",
    "未结": "pending",
}


class CourtCases(RecordSource):
    """Cases and how they ended for each party (司法案件)."""

    name = "court_cases"
    zh = "司法案件信息"
    table = "CourtCase"
    people = True
    subject_title = "当事人名称"
    within = ("role",)
    columns = ("document_number", "cause", "role", "amount", "result", "decided_on", "authority")
    parsers = {"role": n.choice(ROLES), "result": n.choice(RESULTS, open_ended=True)}
    titles = {"authority": "审理法院"}
    catalogue = CatalogueEntry(
        "人民法院",
        "最高人民法院关于人民法院在互联网公布裁判文书的规定",
        "司法裁判及执行信息",
        92,
        Disclosure.PUBLIC,
        Coverage.DELTA,
        5,
        "0202",
    )
    sample = (
        "当事人名称,统一社会信用代码,证件号码,案号,案由,诉讼地位,标的额,裁判结果,裁判日期,审理法院\n"
        "云津样例商贸有限公司,{uscc0},,(2026)云0101民初7号,买卖合同纠纷,被告,20,败诉,2026-03-10,云津市临江区人民法院\n"
        "云津样例控股有限公司,{uscc2},,(2026)云0101民初7号,买卖合同纠纷,原告,20,胜诉,2026-03-10,云津市临江区人民法院\n"
    )
