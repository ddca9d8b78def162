"""One cluster for the run."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.programs import ROOT
from tests.cluster.cluster import Cluster
from tests.cluster.engine import Engine
from tests.support.cast import Person, sign_up


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    running = Engine(tmp_path_factory.mktemp("engine"))
    yield running
    running.stop()


@pytest.fixture(scope="session")
def secrets_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cluster") / "secrets"
    subprocess.run((ROOT / "deploy/tools/secrets", folder), check=True)
    return folder


@pytest.fixture(scope="session")
def cluster(engine: Engine, secrets_dir: Path) -> Iterator[Cluster]:
    images = engine.provide_images()
    running = Cluster(engine, f"parley-test-{os.getpid()}", secrets_dir, images)
    try:
        running.up()
        yield running
    finally:
        running.down()


@pytest.fixture
def alice(cluster: Cluster) -> Person:
    return sign_up(cluster.url, "alice")


@pytest.fixture
def bob(cluster: Cluster) -> Person:
    return sign_up(cluster.url, "bob")
