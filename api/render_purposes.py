"""The table of purposes as paragraphs: what has to be typed stands on a line of its own and is never cut or broken."""

from __future__ import annotations

from collections.abc import Iterator

from analytics.rules.purposes import Purpose
from api.render import word

# Functions of whoever asks, as tasks name them.
ROLES: dict[str, tuple[str, str]] = {
    "organisation_department": ("组织部门", "organisation department"),
    "united_front_department": ("统战部门", "united front department"),
    "registrar": ("登记机关", "registrar"),
    "market_supervision": ("市场监管部门", "market supervision"),
    "sector_supervision": ("行业监管部门", "supervision of a sector"),
    "procurement": ("采购单位", "procurement"),
    "subject_service": ("本人查询窗口", "service for the subjects of data"),
    "data_steward": ("数据管理岗位", "data steward"),
}


def paragraph(purpose: Purpose, lang: str) -> Iterator[str]:
    """The lines about a purpose, its code first; a role's code begins its line."""
    zh, colon, comma = (True, "：", "、") if lang == "zh" else (False, ": ", ", ")
    signs = ("是" if purpose.authorisation else "否") if zh else ("yes" if purpose.authorisation else "no")
    opens = ("是" if purpose.exploring else "否") if zh else ("yes" if purpose.exploring else "no")
    told = {
        "name": purpose.zh if zh else purpose.en,
        "about": comma.join(word(a, lang) for a in purpose.about),
        "authorisation": signs,
        "exploring": opens,
        "most_asked": str(purpose.most),
        "basis": purpose.basis,
        "valid_from": purpose.valid_from.isoformat(),
    }
    yield purpose.code
    yield from (f"  {word(name, lang)}{colon}{value}" for name, value in told.items())
    yield f"  {word('roles', lang)}{colon}"
    yield from (f"    {role} {ROLES[role][not zh]}" for role in purpose.roles)
