"""Build the browser's part of the program, only when its sources have changed."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import fasteners

from .config import get_config
from .installation import child_environment
from .migrations import PROJECT_ROOT

STAMP = PROJECT_ROOT / ".web" / "sources.sha256"
BUILD = PROJECT_ROOT / ".web" / "build" / "client"
BUILD_ENVIRONMENT = {
    "REFLEX_USE_NPM": "1",
    "REFLEX_TELEMETRY_ENABLED": "false",
    "REFLEX_CHECK_LATEST_VERSION": "0",
}
SOURCES = ("sop_app/ui", "assets")
LOCK = ("reflex.lock",)
GENERATED = {"__pycache__", "external"}
SPOKEN_SOURCES = ("sop_app/**/schemas.py", "sop_app/**/rules.py", "sop_app/**/permissions.py")
SINGLE_SOURCES = ("rxconfig.py", "requirements.txt", "sop_app/sop_app.py")


def is_current() -> bool:
    """Tell whether the front end was built from the sources as they are."""
    return BUILD.exists() and STAMP.exists() and STAMP.read_text() == digest_of(*SOURCES, *LOCK)


def ensure_front_end() -> None:
    """Build the front end unless it is current; of several processes one builds, the others wait.

    Raises:
        OSError: The build failed; its output lies in the data folder.
    """
    STAMP.parent.mkdir(exist_ok=True)
    with fasteners.InterProcessLock(STAMP.with_suffix(".lock")):
        if not is_current():
            _build()


def _build() -> None:
    """Build; what is edited meanwhile is built at the next start, what npm pins is not."""
    before = digest_of(*SOURCES)
    STAMP.unlink(missing_ok=True)
    log = get_config().data_dir / "front_end_build.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    paths = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    environment = child_environment({**BUILD_ENVIRONMENT, "PATH": os.pathsep.join(paths)})
    with log.open("w") as output:
        built = subprocess.run(  # noqa: S603
            command, cwd=PROJECT_ROOT, env=environment, stdout=output, stderr=output, check=False
        )
    if built.returncode or not BUILD.exists():
        raise OSError(f"The front end could not be built; see {log}.")
    if digest_of(*SOURCES) == before:
        STAMP.write_text(digest_of(*SOURCES, *LOCK))


def digest_of(*folders: str) -> str:
    """Hash the files in folders, and the single files the browser's part is made from."""
    files = [PROJECT_ROOT / name for name in SINGLE_SOURCES]
    for pattern in (*(f"{folder}/**/*" for folder in folders), *SPOKEN_SOURCES):
        files += [path for path in PROJECT_ROOT.glob(pattern) if path.is_file()]
    names = sorted({path.relative_to(PROJECT_ROOT) for path in files})
    digest = hashlib.sha256()
    for name in names:
        if not GENERATED & set(name.parts):
            digest.update(str(name).encode())
            digest.update((PROJECT_ROOT / name).read_bytes())
    return digest.hexdigest()
