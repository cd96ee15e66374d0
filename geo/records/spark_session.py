"""A session of Spark: quiet, its folders private, its network local where the work is."""

import contextlib
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from geo.errors import GeoError

_BATCH = 250_000
_QUIET = {
    "spark.app.name": "geo records",
    "spark.driver.maxResultSize": "0",
    "spark.eventLog.enabled": "false",
    "spark.executor.syncLogLevel.enabled": "true",
    "spark.log.level": "OFF",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""Nothing of a record goes into a log, a page or the history of events."""
_LOCAL = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
_MEANT = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.csv.parser.columnPruning.enabled": "false",  # a row that lacks cells is told
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(_BATCH),
    "spark.sql.session.timeZone": "UTC",
}
"""What queries rely on; of a session of their own, so that it is nobody else's."""


@contextlib.contextmanager
def spark_session(master: str | None, private: Path) -> Iterator[Any]:
    """Give a session of Spark, of the one that runs already or of one that ends afterwards.

    Parameters
    ----------
    master : str, optional
        What Spark itself takes where it is not given.
    private : Path
        Takes what Spark writes on this machine.

    Raises
    ------
    GeoError
        If Spark or Java is not installed, Spark does not start, or one with another master runs.
    """
    try:
        with _session(master, private) as session:
            yield session
    except GeoError as problem:
        problem.__context__ = None  # an error of Spark cannot be told once its Java has ended
        raise


@contextlib.contextmanager
def _session(master: str | None, private: Path) -> Iterator[Any]:
    with warnings.catch_warnings():
        # PySpark's own use of pandas, which it warns of, is not made: tables travel as Arrow.
        warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
        running = _load_spark().sql.SparkSession.getActiveSession()
        if running is None:
            with _started(master, private) as session:
                yield _meant(session)
            return
        known = running.sparkContext.master
        if master not in (None, known):
            raise GeoError(
                f"Spark runs already with the master {known} and not {master}; stop that session, "
                "or leave the master out."
            )
        yield _meant(running.newSession())


def _meant(session: Any) -> Any:
    for name, value in _MEANT.items():
        session.conf.set(name, value)
    if session.sparkContext.master.startswith("local"):  # 200 parts are for many machines
        parts = 4 * session.sparkContext.defaultParallelism
        session.conf.set("spark.sql.shuffle.partitions", str(parts))
    return session


def _load_spark() -> Any:
    """Import Spark, or say how to install it, and Java."""
    try:
        import pyspark.sql
    except ImportError as problem:
        raise GeoError(
            "Records are to be counted by Spark, which is not installed; run pip install "
            "'geo-targeting[spark]', then try again, or leave out the engine."
        ) from problem
    home = os.environ.get("JAVA_HOME")
    if not shutil.which("java", path=None if home is None else str(Path(home, "bin"))):
        raise GeoError(
            "Spark needs Java, which is not found; install Java 17 or later, or set JAVA_HOME to "
            "where it is, or leave out the engine."
        )
    return pyspark


@contextlib.contextmanager
def _started(master: str | None, private: Path) -> Iterator[Any]:
    """Start Spark in a Java of its own, which ends with it."""
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    settings = _QUIET | {"spark.sql.warehouse.dir": str(private / "warehouse")}
    folder = private / "spark"
    folder.mkdir(mode=0o700)
    asked = {} if master is None else {"spark.master": master}
    gateway = None
    try:
        with _environment(folder):
            first = SparkConf(loadDefaults=False).setAll([*asked.items(), *settings.items()])
            silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
            gateway = launch_gateway(first, silent)
            conf = SparkConf(_jvm=gateway.jvm)
            if conf.get("spark.master", "local[*]").startswith("local"):
                conf.setAll(list(_LOCAL.items()))
            session = SparkSession(SparkContext(conf=conf, gateway=gateway))
    except (PySparkException, Py4JError):
        _end(gateway)
        raise GeoError(
            f"Spark does not start with the master {master or 'of its own settings'}; check that "
            "it is one, such as local[2] or spark://HOST:7077, and that it can be reached."
        ) from None
    try:
        yield session
    finally:
        with contextlib.suppress(Py4JError):  # its Java may be gone
            session.sparkContext.stop()
        _end(gateway)


def _end(gateway: Any) -> None:
    """End the Java of a session, so that the next one starts anew, and nothing writes any more."""
    from pyspark import SparkContext

    SparkContext._gateway = SparkContext._jvm = None
    if gateway is None:
        return
    gateway.shutdown()
    gateway.proc.stdin.close()
    try:
        gateway.proc.wait(timeout=20)
    except subprocess.TimeoutExpired:
        gateway.proc.kill()
        gateway.proc.wait()


@contextlib.contextmanager
def _environment(folder: Path) -> Iterator[None]:
    """Set what Java and the workers on this machine inherit, while they start."""
    java = f"-Djava.io.tmpdir='{folder}' -Dderby.system.home='{folder}' -XX:-UsePerfData"
    ours: Mapping[str, str] = {
        "JAVA_TOOL_OPTIONS": f"{os.environ.get('JAVA_TOOL_OPTIONS', '')} {java}".strip(),
        "PYSPARK_PYTHON": os.environ.get("PYSPARK_PYTHON", sys.executable),
        "SPARK_LOCAL_DIRS": str(folder),
    }
    before = {name: os.environ.get(name) for name in ours}
    os.environ.update(ours)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
