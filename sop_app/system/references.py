"""Which records depend on a record, found in the database's own foreign keys.

A feature that begins to refer to customers or products protects them from deletion by its foreign
key alone; nobody has to remember to add it to a list.
"""

from collections.abc import Mapping

from sqlalchemy import text

from sop_app.system.database import UnitOfWork

_FOREIGN_KEYS = text("""
    SELECT con.conrelid::regclass::text AS table_name, att.attname AS column_name
    FROM pg_constraint con
    JOIN pg_attribute att ON att.attrelid = con.conrelid AND att.attnum = con.conkey[1]
    WHERE con.contype = 'f' AND con.confrelid = to_regclass(:referred)
      AND cardinality(con.conkey) = 1
    ORDER BY 1, 2
""")


async def count_dependents(
    uow: UnitOfWork,
    table: str,
    key: int,
    *,
    words: Mapping[str, tuple[str, str]],
    conditions: Mapping[str, str],
) -> dict[str, int]:
    """Count the records that point to a record.

    Args:
        uow: The transaction.
        table: Table of the record.
        key: Its id.
        words: Name of a referring table to what its rows are called, one and many; a table that
            is not named is called by its name.
        conditions: Name of a referring table to the SQL condition under which a row counts.

    Returns:
        What depends, in the right number, and how many; only where something does.
    """
    keys = await uow.session.execute(_FOREIGN_KEYS, {"referred": table})
    dependents: dict[str, int] = {}
    for name, column in keys.all():
        condition = conditions.get(name, "true")
        count = await uow.session.scalar(
            text(f'SELECT count(*) FROM "{name}" WHERE "{column}" = :key AND {condition}'),
            {"key": key},
        )
        if count:
            plain = f"{name.replace('_', ' ')} record"
            one, many = words.get(name, (plain, f"{plain}s"))
            word = one if count == 1 else many
            dependents[word] = dependents.get(word, 0) + count
    return dependents
