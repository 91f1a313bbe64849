"""Real files with bytes changed, inside and outside their packages, are read or refused."""

import io
import random
import time
import zipfile
from pathlib import Path

import pytest

from sop_app.system.spreadsheets.errors import SpreadsheetError
from sop_app.system.spreadsheets.limits import MEGABYTE

FOLDER = Path(__file__).parents[4] / "shared" / "data" / "messy"
FILES = 60


def damage(content, chance):
    changed = bytearray(content)
    for _ in range(chance.choice((1, 3, 20, 200)) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.2 else changed)


def mutate(content, chance):
    """Damage one part of a package and leave it a valid package, or damage the bytes as they are."""
    if not zipfile.is_zipfile(io.BytesIO(content)) or chance.random() < 0.3:
        return damage(content, chance)
    mutant = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(mutant, "w") as target:
        chosen = chance.choice(source.namelist())
        for name in dict.fromkeys(source.namelist()):
            part = source.read(name)
            target.writestr(name, damage(part, chance) if name == chosen else part)
    return mutant.getvalue()


@pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the real files in ../shared/data are not on this machine"
)
@pytest.mark.parametrize("seed", range(FILES))
async def test_a_damaged_file_is_read_or_refused(read, tmp_path, seed):
    chance = random.Random(seed)
    files = sorted(path for path in FOLDER.iterdir() if path.stat().st_size < MEGABYTE // 2)
    original = chance.choice(files)
    path = tmp_path / original.name
    path.write_bytes(mutate(original.read_bytes(), chance))
    started = time.monotonic()
    try:
        extract = await read(path)
    except SpreadsheetError as refusal:
        message = refusal.message
    else:
        message = path.name
        assert extract.peak_memory < 640 * MEGABYTE
        assert all(sum(1 for _ in sheet.rows()) == sheet.row_count for sheet in extract.sheets)
    assert path.name in message
    assert time.monotonic() - started < 20
