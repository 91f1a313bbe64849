"""Build the browser's part of the program, only when its sources have changed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from .config import get_config
from .migrations import PROJECT_ROOT

STAMP = PROJECT_ROOT / ".web" / "sources.sha256"
BUILD = PROJECT_ROOT / ".web" / "build" / "client"
SOURCES = ("sop_app/ui", "assets", "reflex.lock")
SINGLE_SOURCES = ("rxconfig.py", "requirements.txt", "sop_app/sop_app.py")


def ensure_front_end() -> bool:
    """Build the front end unless it is current; return whether it was built.

    Raises:
        subprocess.CalledProcessError: The build failed; its output is on the console.
    """
    digest = sources_digest()
    if BUILD.exists() and STAMP.exists() and STAMP.read_text() == digest:
        return False
    environment = {
        **os.environ,
        "REFLEX_USE_NPM": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "0",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    log = get_config().data_dir / "front_end_build.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as output:
        subprocess.run(  # noqa: S603
            command, cwd=PROJECT_ROOT, env=environment, stdout=output, stderr=output, check=True
        )
    STAMP.write_text(digest)
    return True


def sources_digest() -> str:
    """Hash everything the browser's part is made from."""
    files = [PROJECT_ROOT / name for name in SINGLE_SOURCES]
    for folder in SOURCES:
        found = (PROJECT_ROOT / folder).rglob("*")
        files += [path for path in found if path.is_file() and "__pycache__" not in path.parts]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(str(path.relative_to(PROJECT_ROOT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
