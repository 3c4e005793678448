"""The same inputs give the same digests everywhere: databases, hash seeds, time zones."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.places import ROOT

HERE = (("0", "UTC"), ("1", "Asia/Shanghai"), ("424242", "America/New_York"))
"""Hash seed and time zone of the processes."""


def _told(url: str, seed: str, zone: str) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.scale.digests", url],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8"},
        timeout=240,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


@pytest.fixture(scope="module")
def usual(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the season gives on SQLite under the first seed and zone."""
    return _told(_fresh(sqlite_template, tmp_path_factory.mktemp("usual")), *HERE[0])


def _fresh(template: Path, folder: Path) -> str:
    shutil.copy(template, folder / "season.db")
    return f"sqlite:///{folder / 'season.db'}"


def test_a_season_has_something_to_compare(usual: dict[str, Any]) -> None:
    assert len(usual["runs"]) == 6
    assert {code for code, _inputs, _results in usual["runs"]} == {"GFI-D", "XFD-D"}
    assert len({inputs for _code, inputs, _results in usual["runs"]}) == 6
    assert len(usual["values"]) > 60


@pytest.mark.parametrize(("seed", "zone"), HERE[1:])
def test_hash_seed_and_time_zone_change_nothing(
    usual: dict[str, Any], sqlite_template: Path, tmp_path: Path, seed: str, zone: str
) -> None:
    assert _told(_fresh(sqlite_template, tmp_path), seed, zone) == usual


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_gives_what_sqlite_gives(usual: dict[str, Any], database_url: str) -> None:
    assert _told(database_url, *HERE[2]) == usual
