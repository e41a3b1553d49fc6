"""What firms declare about themselves, verified or not (自愿注册)."""

from __future__ import annotations

from graph.declaration import Disclosure
from graph.delivery import Coverage
from loaders import normalize as n
from loaders.record_source import RecordSource
from loaders.source import CatalogueEntry

KINDS = {
    "资质证书": "certificate",
    "经营信息": "operation",
    "合同履约": "contract",
    "公益慈善": "charity",
    "经营": "operation",
    "合同": "contract",
    "公益": "charity",
    "慈善": "charity",
}


class VoluntaryInformationSource(RecordSource):
    """What firms declare about themselves, verified or not (自愿注册)."""

    name = "voluntary_information"
    zh = "自愿注册信用信息"
    table = "VoluntaryInformation"
    within = ("kind", "content")
    columns = ("document_number", "kind", "content", "declared_on", "verified_on", "verified_by", "authority")
    parsers = {"kind": n.choice(KINDS, open_ended=True)}
    titles = {"authority": "登记平台"}
    catalogue = CatalogueEntry(
        "企业自主申报",
        "国办发〔2019〕35号",
        "经营主体自愿提供的信用信息",
        92,
        Disclosure.GOVERNMENT,
        Coverage.DELTA,
        3,
        "1301",
    )
    sample = (
        "企业名称,统一社会信用代码,信息类别,信息内容,填报日期,核验日期,核验单位\n"
        "云津样例商贸有限公司,{uscc0},资质证书,ISO9001质量管理体系认证,2026-02-01,2026-02-15,云津市信用办\n"
    )
