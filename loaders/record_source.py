"""A source whose rows are records about firms or people: its columns derive from the label that it fills."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from graph.declaration import Kind, Property
from graph.identity import record_id
from graph.schema import SCHEMA
from graph.time import iso
from loaders import normalize as n
from loaders.emitter import Emitter, Parties
from loaders.rows import Rows
from loaders.source import Field, Source

_PARSERS = {Kind.TEXT: n.text, Kind.INTEGER: n.integer, Kind.BOOLEAN: n.yes_no, Kind.MONEY: n.money()}


class RecordSource(Source):
    """One record a row. A column that the label has a property for needs no word here.

    `columns` names the properties that the file brings, `parsers` those that are read by a code list of their own,
    `titles` headers that differ from the property's title. `list_type` goes to every entry of a list. `within` are
    properties that tell two records of one subject and document apart.
    """

    columns: ClassVar[tuple[str, ...]]
    parsers: ClassVar[Mapping[str, n.Parser]] = {}
    titles: ClassVar[Mapping[str, str]] = {}
    aliases: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    list_type: ClassVar[str | None] = None
    within: ClassVar[tuple[str, ...]] = ()
    dated_key: ClassVar[bool] = True  # without a document number the record's date is part of its key
    people: ClassVar[bool] = False  # whether a record may be about a person, by number
    subject_title: ClassVar[str] = "主体名称"
    roles: ClassVar[Mapping[str, str]] = {}  # of a record about several parties: each role with its title

    def __init_subclass__(cls, **arguments: Any) -> None:
        super().__init_subclass__(**arguments)
        if "columns" in cls.__dict__:
            cls.fields = (*cls.subject_fields(), *map(cls._field, cls.columns))

    @classmethod
    def subject_fields(cls) -> tuple[Field, ...]:
        """Columns that say whom a row is about; of several parties each has a name and a code or number."""
        if cls.roles:
            return tuple(
                field
                for role, title in cls.roles.items()
                for field in (
                    Field(f"{role}_party_name", title, n.firm_name, personal=True, required=True),
                    Field(f"{role}_code", f"{title}代码", n.firm_code),
                    Field(f"{role}_number", f"{title}证件号码", n.identity_number, personal=True),
                )
            )
        name = Field(
            "party_name",
            cls.subject_title,
            n.firm_name,
            tuple({"主体名称", "企业名称", "单位名称", "名称", "ENTNAME"} - {cls.subject_title}),
            required=True,
            filled=True,
            personal=True,
        )
        code = Field("code", "统一社会信用代码", n.firm_code, ("主体代码", "UNISCID", "uscc", "注册号"), required=True)
        number = Field("number", "证件号码", n.identity_number, ("身份证号码", "身份证号"), personal=True)
        return (name, code, number) if cls.people else (name, code)

    @classmethod
    def _field(cls, name: str) -> Field:
        label = SCHEMA.labels[cls.table]
        prop = label[name]
        return Field(
            name,
            cls.titles.get(name, prop.zh),
            cls.parsers.get(name) or _parser(prop, past=name in (label.dated, "published_on")),
            cls.aliases.get(name, ()),
            required=prop.required and name != "authority",
            filled=prop.required and name != "authority",
            personal=prop.personal,
        )

    def facts(self, rows: Rows, out: Emitter) -> None:
        """The records of the rows, each tied to its subject: one for each party, where there are several."""
        for role in self.roles:
            self.assert_records(rows, out, subjects(rows, out, f"{role}_", role), role=role)
        if not self.roles:
            self.assert_records(rows, out, subjects(rows, out))

    def assert_records(self, rows: Rows, out: Emitter, parties: Parties, **constant: str) -> None:
        """Records about these parties; `constant` is a property that all of them have, such as the role."""
        values = self.values(rows) | {k: [v] * len(rows) for k, v in constant.items()}
        values["authority"] = authority = [a or self.catalogue.unit for a in rows["authority"]]
        if self.list_type:
            values["list_type"] = [self.list_type] * len(rows)
        dated = values[SCHEMA.labels[self.table].dated or ""]
        apart = [
            discriminator(
                values.get("list_type", [None] * len(rows))[i],
                rows["document_number"][i] or ("" if self.dated_key else "none"),
                dated[i],
            )
            + "".join(f":{values[w][i]}" for w in (*self.within, *constant))
            for i in range(len(rows))
        ]
        ids = [
            record_id(self.table, a, d or "", p or f"name:{name}", x) if p or name else None
            for a, d, p, name, x in zip(
                authority, rows["document_number"], parties.ids, parties.names, apart, strict=True
            )
        ]
        keys = attach(out, self.table, parties, ids)
        at = np.flatnonzero(keys)
        values["subject_name"] = parties.names
        kept: dict[str, Any] = {name: [column[i] for i in at.tolist()] for name, column in values.items()}
        out.state(self.table, keys, at, **kept)

    def values(self, rows: Rows) -> dict[str, list[Any]]:
        """The record's properties by name, as the store keeps them."""
        kinds = {p.name: p.kind for p in SCHEMA.properties(self.table)}
        out: dict[str, list[Any]] = {}
        for name in self.columns:
            column = rows[name]
            if kinds[name] is Kind.MONEY:
                out[name] = [v and v[0] for v in column]
                if "currency" in kinds:
                    out["currency"] = [v and v[1] for v in column]
            else:
                out[name] = (
                    [v if v is None else int(v) for v in column] if kinds[name] is Kind.BOOLEAN else list(column)
                )
        return out


def _parser(prop: Property, *, past: bool) -> n.Parser:
    if prop.kind is Kind.DATE:
        return n.date(end=prop.inclusive_end, future=not past)
    if prop.name in ("document_number", "notice_number", "enforcement_basis"):
        return n.document
    return n.firm_name if prop.name == "authority" else _PARSERS[prop.kind]


def discriminator(list_type: str | None, number: str | None, dated: int | None) -> str:
    """What tells records of one authority and subject apart besides their number: the list, else their date."""
    return (list_type or "") + ("" if number else f":{iso(dated)}")


def subjects(rows: Rows, out: Emitter, prefix: str = "", role: str = "party") -> Parties:
    """The firm or person of each row by code or number; of a name alone only the name, attached to nobody."""
    codes, numbers, names = rows[f"{prefix}code"], rows[f"{prefix}number"], rows[f"{prefix}party_name"]
    human = [c is None and number is not None for c, number in zip(codes, numbers, strict=True)]
    known = [name if c is not None or h else None for c, h, name in zip(codes, human, names, strict=True)]
    parties = out.parties(codes, numbers, known, role=role, record=rows["document_number"], person=human)
    out.names_of(parties, numbers)
    return Parties(parties.ids, parties.labels, parties.keys, names)


def attach(out: Emitter, label: str, parties: Parties, ids: Sequence[str | None]) -> Any:
    """Register records and tie them to their subjects; a subject known by name only stays unattached."""
    keys = out.register(ids, label)
    out.relate("SUBJECT_OF", parties.keys, keys, stated_name=parties.names)
    for i in np.flatnonzero((parties.keys == 0) & (keys != 0)).tolist():
        out.finding(i, "unattached", ids[i], "the subject is known by name only")
    return keys
