"""How much a file may ask of the machine."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class ReadLimits:
    """What reading one file may cost. The defaults let a workbook of 541,909 x 8 cells through.

    Attributes:
        file_bytes: Size of the file, at most; the settings may allow uploads less.
        unpacked_bytes: Size of all parts of a zipped workbook, counted while unpacking.
        unpack_ratio: Unpacked size divided by packed size, looked at above ``ratio_floor_bytes``.
        ratio_floor_bytes: Below this unpacked size any ratio is harmless.
        entries: Parts in a zipped workbook.
        cells: Rows x columns up to the last filled cell of a sheet, which is what a reader allocates;
            by default eight columns to the very last row of Excel, just within ``memory_bytes``.
        columns: Columns of a sheet.
        cell_characters: Length of one text.
        memory_bytes: Address space of the reading process, so its memory cannot be more either.
        cpu_seconds: Processor time of the reading process.
        wall_seconds: Time from start to end of the reading process.
        spool_bytes: Size of any file the reading process writes.
    """

    file_bytes: int = 500 * MEGABYTE
    unpacked_bytes: int = 400 * MEGABYTE
    unpack_ratio: int = 60
    ratio_floor_bytes: int = 16 * MEGABYTE
    entries: int = 1_000
    cells: int = 8 * 1_048_576
    columns: int = 512
    cell_characters: int = 32_767
    memory_bytes: int = 640 * MEGABYTE
    cpu_seconds: int = 30
    wall_seconds: int = 90
    spool_bytes: int = 600 * MEGABYTE
