"""Files made to do harm, or broken by chance: a clear sentence, and never much memory."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

ROOT = Path(__file__).parents[2]
MEGABYTES = 250  # that reading may take on top of the program itself
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def parts_of_a_sound_workbook():
    book, data = Workbook(), io.BytesIO()
    book.active.append(["id", "名称"])
    book.active.append(["", "示例"])
    book.save(data)
    with zipfile.ZipFile(data) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts, *, level=9):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def with_sheet(xml):
    parts = parts_of_a_sound_workbook()
    return packed(parts | {"xl/worksheets/sheet1.xml": xml.encode()})


def with_strings(xml, **parts):
    """A workbook with a table of shared strings, and other parts in place of the sound ones."""
    sound = parts_of_a_sound_workbook()
    name, kind = "/xl/sharedStrings.xml", "spreadsheetml.sharedStrings+xml"
    override = (
        f'<Override PartName="{name}"'
        f' ContentType="application/vnd.openxmlformats-officedocument.{kind}" /></Types>'
    )
    types = sound["[Content_Types].xml"].decode().replace("</Types>", override)
    return packed(sound | {"[Content_Types].xml": types, name[1:]: xml} | parts)


def with_rows(rows, before=""):
    return with_sheet(f"<worksheet {MAIN}>{before}<sheetData>{rows}</sheetData></worksheet>")


def text_cell(reference, text="示例"):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{text_cell("A1", "id")}{text_cell("B1", "名称")}</row>'


def one_far_cell():
    return with_rows(f'{HEADER}<row r="1048576">{text_cell("XFD1048576")}</row>')


def one_far_row():
    return with_rows(f'{HEADER}<row r="1048576">{text_cell("A1048576")}</row>')


def one_far_column():
    return with_rows(f'<row r="1">{text_cell("XFD1")}</row>')


def lying_dimensions():
    dimension = '<dimension ref="A1:XFD1048576"/>'
    return with_rows(f'{HEADER}<row r="2">{text_cell("B2")}</row>', before=dimension)


def billion_laughs():
    entities = "".join(
        f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "haha">' for n in range(10)
    )
    cell = '<row r="1"><c r="A1" t="inlineStr"><is><t>&e9;</t></is></c></row>'
    return with_sheet(
        f"<!DOCTYPE worksheet [{entities}]>"
        f"<worksheet {MAIN}><sheetData>{cell}</sheetData></worksheet>"
    )


def laughs_in_the_strings():
    return with_strings(
        f'<!DOCTYPE sst [<!ENTITY a "{"a" * 1000}">]><sst {MAIN}><si><t>&a;</t></si></sst>'
    )


def an_outside_entity():
    return with_sheet(
        '<!DOCTYPE worksheet [<!ENTITY file SYSTEM "file:///etc/passwd">]>'
        f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&file;</t></is>'
        "</c></row></sheetData></worksheet>"
    )


def a_document_type_in_utf16():
    xml = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE worksheet><worksheet {MAIN}/>'
    parts = parts_of_a_sound_workbook()
    return packed(parts | {"xl/worksheets/sheet1.xml": xml.encode("utf-16")})


def a_huge_cell():
    return with_rows(f'{HEADER}<row r="2">{text_cell("B2", "字" * 10_000_000)}</row>')


def a_long_cell_packed_badly():
    noise = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(60_000))
    return with_rows(f'{HEADER}<row r="2">{text_cell("B2", noise)}</row>')


def one_text_for_many_cells():
    cells = [
        f'<row r="{row}">'
        + "".join(f'<c r="{chr(65 + n)}{row}" t="s"><v>0</v></c>' for n in range(26))
        + "</row>"
        for row in range(1, 4000)
    ]
    sheet = f"<worksheet {MAIN}><sheetData>{''.join(cells)}</sheetData></worksheet>"
    strings = f"<sst {MAIN}><si><t>{'字' * 30_000}</t></si></sst>"
    return with_strings(strings, **{"xl/worksheets/sheet1.xml": sheet})


def many_strings():
    strings = "".join(f"<si><t>{n}</t></si>" for n in range(1_000_000))
    return with_strings(f"<sst {MAIN}>{strings}</sst>")


def many_empty_cells():
    row = "".join(f'<c r="{chr(65 + n)}{{0}}"/>' for n in range(26))
    return with_rows("".join(f'<row r="{n}">{row.format(n)}</row>' for n in range(1, 40_000)))


def many_merged_cells():
    merged = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 300_000))
    return with_sheet(
        f"<worksheet {MAIN}><sheetData/><mergeCells>{merged}</mergeCells></worksheet>"
    )


def many_styles():
    parts = parts_of_a_sound_workbook()
    fonts = '<font><sz val="11"/></font>' * 300_000
    parts["xl/styles.xml"] = f"<styleSheet {MAIN}><fonts>{fonts}</fonts></styleSheet>".encode()
    return packed(parts)


def many_runs_in_one_cell():
    runs = "<r><t>字</t></r>" * 300_000
    return with_rows(f'<row r="1"><c r="A1" t="inlineStr"><is>{runs}</is></c></row>')


def deep_elements():
    return with_sheet(f"<worksheet {MAIN}>{'<a>' * 500_000}{'</a>' * 500_000}</worksheet>")


def much_air():
    parts = parts_of_a_sound_workbook()
    return packed(parts | {"xl/media/image1.png": b"\0" * 500_000_000})


def many_parts():
    return packed({f"part{n}.xml": b"<a/>" for n in range(40_000)}, level=0)


def outside_names():
    return packed(parts_of_a_sound_workbook() | {"../../../etc/cron.d/example": b"x"})


def macros():
    return packed(parts_of_a_sound_workbook() | {"xl/vbaProject.bin": b"x"})


def rows_out_of_order():
    return with_rows(f'<row r="5">{text_cell("A5")}</row><row r="2">{text_cell("A2")}</row>')


def cells_of_another_row():
    return with_rows(f'{HEADER}<row r="2">{text_cell("B900000")}</row>')


def a_lying_size():
    """A part that says it is small and is not."""
    parts = parts_of_a_sound_workbook()
    data = bytearray(packed(parts | {"xl/media/big.xml": b"<a/>" * 5_000_000}))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        big = archive.getinfo("xl/media/big.xml")
    size = big.file_size.to_bytes(4, "little")
    return bytes(data).replace(size, (100).to_bytes(4, "little"))


def a_cut_file():
    return packed(parts_of_a_sound_workbook())[:-300]


def no_workbook_inside():
    return packed({"hello.txt": b"hello"})


def not_a_zip():
    return b"PK\x03\x04" + b"example" * 100


TOO_MUCH = "表格里的内容太多"
DAMAGED = "不是完好的 XLSX"
BOMBS = [
    (one_far_cell, "第1048576行第16384列超出了范围"),
    (one_far_row, "第1048576行第1列超出了范围"),
    (one_far_column, "第1行第16384列超出了范围"),
    (lying_dimensions, "1"),
    (billion_laughs, "DTD"),
    (laughs_in_the_strings, "DTD"),
    (an_outside_entity, "DTD"),
    (a_document_type_in_utf16, "DTD"),
    (a_huge_cell, TOO_MUCH),
    (a_long_cell_packed_badly, "第2行第2列的文字超过32767字"),
    (one_text_for_many_cells, "文字太多"),
    (many_strings, TOO_MUCH),
    (many_empty_cells, TOO_MUCH),
    (many_merged_cells, TOO_MUCH),
    (many_styles, TOO_MUCH),
    (many_runs_in_one_cell, TOO_MUCH),
    (deep_elements, TOO_MUCH),
    (much_air, TOO_MUCH),
    (many_parts, TOO_MUCH),
    (outside_names, DAMAGED),
    (macros, "宏"),
    (rows_out_of_order, DAMAGED),
    (cells_of_another_row, DAMAGED),
    (a_lying_size, DAMAGED),
    (a_cut_file, DAMAGED),
    (no_workbook_inside, DAMAGED),
    (not_a_zip, DAMAGED),
]


LARGEST = 5000  # rows that are let in
CSV_FILES = [
    ("nul.csv", b"id,\xe5\x90\x8d\n\0,1", "认不出文字编码"),
    ("latin.csv", "id,café\n,1".encode("latin-1") + b"\xff", "认不出文字编码"),
    ("utf16.csv", "id,名称\n,示例".encode("utf-16"), "认不出文字编码"),
    ("open-quote.csv", 'id,名称\n,"示例\n,示例'.encode(), "引号没有成对"),
    ("stray-quote.csv", 'id,名称\n,"示"例"\n'.encode(), "引号没有成对"),
    ("long-cell.csv", b"id\n" + b"a" * 4_000_000, "一个单元格太长"),
    ("long-line.csv", b"id\n" + b"a," * 1_000_000, "列太多"),
    ("many-lines.csv", b"id\n" + b"a\n" * 1_000_000, "超过5000行"),
    ("too-large.csv", b"a" * (6 * 1024 * 1024), "文件太大"),
    ("empty.csv", b"", "空文件"),
]
OTHER_KINDS = [
    ("password.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "加了密码"),
    ("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "只能导入 .xlsx 和 .csv"),
    ("macros.xlsm", b"PK", "只能导入 .xlsx 和 .csv"),
    ("other.ods", b"PK", "只能导入 .xlsx 和 .csv"),
    ("nothing", b"id", "只能导入 .xlsx 和 .csv"),
]


def the_largest_file():
    book, data = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("举措")
    sheet.append(["id", *(f"列{n}" for n in range(49))])
    for number in range(LARGEST):
        sheet.append([f"示例{number}-{n}" for n in range(50)])
    book.save(data)
    return data.getvalue()


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """`{name: what staff would be told}`, read by a process that may not take much memory."""
    folder = tmp_path_factory.mktemp("hostile")
    files = {f"{make.__name__}.xlsx": make() for make, _told in BOMBS}
    files |= {name: data for name, data, _told in (*CSV_FILES, *OTHER_KINDS)}
    files["largest.xlsx"] = the_largest_file()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    command = [sys.executable, "-m", "tests.exchange.little_memory", str(MEGABYTES)]
    done = subprocess.run(
        [*command, *(str(folder / name) for name in files)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(zip(files, done.stdout.splitlines(), strict=True))


@pytest.mark.parametrize(("make", "told"), BOMBS, ids=[make.__name__ for make, _told in BOMBS])
def test_a_workbook_that_would_do_harm_is_told_in_little_memory(answers, make, told):
    answer = answers[f"{make.__name__}.xlsx"]
    assert told in answer
    assert len(answer) < 100


@pytest.mark.parametrize(("name", "told"), [(name, told) for name, _data, told in CSV_FILES])
def test_a_csv_that_cannot_be_read_is_told_in_little_memory(answers, name, told):
    assert told in answers[name]


@pytest.mark.parametrize(("name", "told"), [(name, told) for name, _data, told in OTHER_KINDS])
def test_other_kinds_of_files_are_refused_by_name(answers, name, told):
    assert told in answers[name]


def test_the_same_memory_is_enough_for_the_largest_file_that_is_let_in(answers):
    assert answers["largest.xlsx"] == str(LARGEST)
