"""DuckDB, in process: a memory limit, a private folder for what does not fit, and no network."""

import contextlib
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from geo.errors import FileError, GeoError

MEMORY = "700MB"
"""Of DuckDB; with Python and what it loads a run stays under 1 GB."""
ENGINES = ("duckdb", "spark")
_HOME = "geo-records"


def load_duckdb() -> Any:
    """Import DuckDB, or say how to install it."""
    try:
        import duckdb
    except ImportError as problem:
        raise GeoError(
            "Records are counted by DuckDB, which is not installed; run pip install "
            "'geo-targeting[records]', then try again."
        ) from problem
    return duckdb


@dataclass(frozen=True)
class Engine:
    """What counts records: DuckDB on this machine, or Spark, for those who outgrow one machine.

    Attributes
    ----------
    name : str
        ``duckdb`` or ``spark``.
    memory : str
        Most that DuckDB takes, such as ``"700MB"``; what does not fit goes to a private folder,
        removed afterwards. Spark has settings of its own.
    master : str, optional
        Of Spark, such as ``local[2]`` or ``spark://host:7077``; what Spark itself takes where it is
        not given. A session that runs already is used.

    Raises
    ------
    GeoError
        If there is no such engine, or a master is given for DuckDB.
    """

    name: str = "duckdb"
    memory: str = MEMORY
    master: str | None = None

    def __post_init__(self) -> None:
        if self.name not in ENGINES:
            raise GeoError(f"There is no engine {self.name!r}; give one of {', '.join(ENGINES)}.")
        if self.master is not None and self.name != "spark":
            raise GeoError(
                f"A master ({self.master}) is of Spark alone; give the engine spark, or no master."
            )


@contextlib.contextmanager
def opened(memory: str = MEMORY, threads: int | None = None) -> Iterator[tuple[Any, Path]]:
    """Open a database of a run's own, and remove all it wrote afterwards.

    Parameters
    ----------
    memory : str
        Most that DuckDB takes, such as ``"700MB"``; what does not fit goes to the private folder.
    threads : int, optional
        All cores where not given.

    Yields
    ------
    connection, Path
        And the private folder, which only this user can read.

    Raises
    ------
    GeoError
        If DuckDB is not installed, or the memory is no size.
    """
    duckdb = load_duckdb()
    with private_folder() as folder:
        settings = {
            "temp_directory": str(folder / "spilled"),
            "secret_directory": str(folder / "secrets"),
            "extension_directory": str(folder / "extensions"),
            "memory_limit": memory,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
            **({"threads": threads} if threads else {}),
        }
        try:
            connection = duckdb.connect(str(folder / "records.duckdb"), config=settings)
        except duckdb.Error as problem:
            raise GeoError(
                f"DuckDB cannot start with memory {memory} and threads {threads or 'all'}; give "
                "a memory such as 700MB, and at least one thread."
            ) from problem
        try:
            connection.execute("SET lock_configuration = true")
            yield connection, folder
        finally:
            connection.close()


@contextlib.contextmanager
def private_folder() -> Iterator[Path]:
    """Give a folder that only this user can read, and remove it, with those of runs that died."""
    from filelock import FileLock

    home = _home()
    _remove_abandoned(home)
    folder = home / f"run-{uuid4().hex}"
    lock = FileLock(_lock_of(folder))
    lock.acquire()  # before the folder is there, so that no other run takes it for abandoned
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        _lock_of(folder).unlink(missing_ok=True)


def _lock_of(folder: Path) -> Path:
    return folder.with_suffix(".lock")


def _home() -> Path:
    """Make the folder of all runs of this user; refuse one that somebody else could read."""
    who = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    home = Path(tempfile.gettempdir(), f"{_HOME}-{who}")
    home.mkdir(mode=0o700, exist_ok=True)
    now = home.lstat()
    foreign = hasattr(os, "getuid") and (
        now.st_uid != os.getuid() or stat.S_IMODE(now.st_mode) & 0o077
    )
    if foreign or not stat.S_ISDIR(now.st_mode):
        raise FileError(
            f"{home} is not a folder of yours alone, so no records are put there; remove it, or "
            "set TMPDIR to another folder."
        )
    return home


def _remove_abandoned(home: Path) -> None:
    """Remove the folders of runs that were killed: nobody holds their lock."""
    from filelock import FileLock, Timeout

    for folder in sorted(home.glob("run-*")):
        if not folder.is_dir():
            continue
        lock = FileLock(_lock_of(folder))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        lock.release()
        _lock_of(folder).unlink(missing_ok=True)


@contextlib.contextmanager
def told(table: str) -> Iterator[None]:
    """Put an error of an engine into words; its own quote the records, and are kept to itself."""
    duckdb = load_duckdb()
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise GeoError(
            f"The records of {table} do not fit into the memory that was given; give more with "
            "--memory, or free space in the temporary folder."
        ) from None
    except (duckdb.Error, *_spark_errors()) as problem:
        if "OutOfMemoryError" in str(problem):
            raise GeoError(
                f"The records of {table} do not fit into the memory of Spark; give it more "
                "(spark.driver.memory, spark.executor.memory)."
            ) from None
        raise unreadable(table) from None


def unreadable(table: str) -> FileError:
    """Word the error of records that an engine does not read."""
    return FileError(
        f"The records of {table} cannot be read; a row may have more or fewer cells than the "
        "header or the file be cut short, so export it again."
    )


def _spark_errors() -> tuple[type[Exception], ...]:
    """Kinds of errors of Spark, where it is in use."""
    if "pyspark" not in sys.modules:
        return ()
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return PySparkException, Py4JError
