"""Cells spliced into the XML of a sheet: every byte that is not ours stays, whatever program wrote it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loaders.sheet_xml import SheetXml, with_text_style

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
# as a spreadsheet writes it: a format far beyond the table, spans, one column's format to the end of the sheet
FULL = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}">'
    '<dimension ref="B1:E3"/><cols><col min="1" max="2" width="9.5"/><col min="4" max="16384" width="3" hidden="1"/></cols>'
    '<sheetData><row r="1" spans="1:5" ht="20"><c r="B1" s="7" t="s"><v>0</v></c><c r="D1" s="9"/><c r="H1" s="9"/></row>'
    '<row r="3" spans="1:5"><c r="B3"><f>SUM(1)</f><v>1</v></c><c r="C3" s="2" /><c r="D3" s="3"></c></row></sheetData>'
    '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
)


def test_cells_widths_and_dimension_are_spliced_in() -> None:
    sheet = SheetXml(FULL.encode())
    assert (sheet.last_column, sheet.hidden_rows, sheet.filtered) == (2, [], False)
    told = sheet.with_columns(3, {1: ["结果", "说明"], 3: ["a<b", ""]}, header=1, width=36, style=5).decode()
    assert told == (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<worksheet xmlns="{MAIN}">'
        '<dimension ref="B1:E3"/><cols><col min="1" max="2" width="9.5"/><col min="3" max="4" width="36" customWidth="1"/>'
        '<col min="5" max="16384" width="3" hidden="1"/></cols>'
        '<sheetData><row r="1" ht="20"><c r="B1" s="7" t="s"><v>0</v></c>'
        '<c r="C1" s="9" t="inlineStr"><is><t xml:space="preserve">结果</t></is></c>'
        '<c r="D1" s="9" t="inlineStr"><is><t xml:space="preserve">说明</t></is></c><c r="H1" s="9"/></row>'
        '<row r="3"><c r="B3"><f>SUM(1)</f><v>1</v></c>'
        '<c r="C3" s="5" t="inlineStr"><is><t xml:space="preserve">a&lt;b</t></is></c></row></sheetData>'
        '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>'
    )


def test_prefixes_and_cells_that_do_not_say_where_they_stand() -> None:
    plain = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>姓名</x:t></x:is></x:c></x:row>'
        '<x:row hidden="1"><x:c/><x:c><x:v>1</x:v></x:c></x:row></x:sheetData><x:autoFilter ref="A1:B2"/></x:worksheet>'
    )
    sheet = SheetXml(plain.encode())
    assert (sheet.last_column, sheet.hidden_rows, sheet.filtered) == (2, [2], True)
    root = ElementTree.fromstring(sheet.with_columns(3, {1: ["甲"], 2: ["乙"]}, header=1, width=36, style=0))
    cells = {c.get("r"): "".join(c.itertext()) for c in root.iter(f"{{{MAIN}}}c") if c.get("r")}
    assert cells == {"C1": "甲", "C2": "乙"}
    assert [c.attrib for c in root.iter(f"{{{MAIN}}}col")] == [
        {"min": "3", "max": "3", "width": "36", "customWidth": "1"}
    ]


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 12)), max_size=6),
    st.integers(1, 45),
    st.integers(1, 4),
)
def test_widths_of_columns_never_overlap(given_: list[tuple[int, int]], first: int, count: int) -> None:
    """Excel repairs, that is cuts, a workbook in which two entries are about one column."""
    columns, low = [], 0
    for start, more in given_:
        low, high = low + start, low + start + more
        columns.append(f'<col min="{low}" max="{high}" width="{low}"/>')
        low = high
    stated = f"<cols>{''.join(columns)}</cols>" if columns else ""
    xml = f'<worksheet xmlns="{MAIN}">{stated}<sheetData><row r="1"><c r="A1"/></row></sheetData></worksheet>'
    before, after = SheetXml(xml.encode()), SheetXml(xml.encode()).with_columns(first, {1: ["x"] * count}, 1, 36, 0)

    def widths(told: bytes) -> dict[int, str]:
        found: dict[int, str] = {}
        for column in ElementTree.fromstring(told).iter(f"{{{MAIN}}}col"):
            for at in range(int(column.attrib["min"]), int(column.attrib["max"]) + 1):
                assert found.setdefault(at, column.attrib["width"]) == column.attrib["width"]
                assert at == max(found)
        return found

    ours = dict.fromkeys(range(first, first + count), "36")
    assert widths(after) == widths(before.xml) | ours


@pytest.mark.parametrize(
    ("xml", "style"),
    [
        ('<s><cellXfs count="2"><xf a="1"/><xf><alignment/></xf></cellXfs><cellStyles/></s>', 2),
        ('<x:s><x:cellXfs count="1"><x:xf/></x:cellXfs></x:s>', 1),
        ("<s/>", 0),
        ("<s><cellXfs/></s>", 0),
    ],
)
def test_one_style_more(xml: str, style: int) -> None:
    told, number = with_text_style(xml.encode())
    assert number == style
    if style:
        assert (
            f'count="{style + 1}"'.encode() in told
            and told.count(b"xf ") + told.count(b"xf/") + told.count(b"xf>") >= style + 1
        )
        assert b'wrapText="1"' in told and told.replace(b" ", b"").count(b'numFmtId="49"') == 1
    else:
        assert told == xml.encode()
