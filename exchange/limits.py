"""How much a file may hold. Checked before a file is parsed; generous for what staff work with.

The two that a deployment may want to change are settings: IMPORT_MAX_BYTES, IMPORT_MAX_ROWS.
"""

from datetime import timedelta

MAX_COLUMNS = 200
MAX_CELL_LENGTH = 100_000  # characters; a measure's body is the longest text there is
MAX_CHARACTERS = 10_000_000  # of all cells; one long text may be shared by many cells
MAX_PROBLEMS = 200  # told at a time; whoever has more begins with these
PENDING_FOR = timedelta(hours=2)  # between preview and confirmation

# Of a workbook, which is a zip archive of XML.
MAX_WORKBOOK_CELL_LENGTH = 32_767  # what Excel itself holds
MAX_PARTS = 200
MAX_DIRECTORY_BYTES = 64 * 1024
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed
MAX_SHEETS = 30
MAX_CELLS = 400_000
MAX_CELLS_IN_ROW = 16_384
MAX_STRINGS = 250_000
MAX_ELEMENTS_IN_CELL = 2_000  # runs of text in different type
MAX_OTHER_ELEMENTS = 20_000  # per part: styles, merged cells and the like
MAX_DEPTH = 64
