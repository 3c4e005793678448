"""Promises about the shape of the code, kept by the suite."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from goldfruit.kernel.errors import Clash, NotAllowed, NotFound, Refusal, RuleBroken
from tests.places import ROOT

LINES_MAX = 400
MEDIAN_MAX = 150
PACKAGE = sorted((ROOT / "goldfruit").rglob("*.py"))
SOURCES = [*PACKAGE, ROOT / "config.py", ROOT / "wsgi.py", *sorted((ROOT / "tests").rglob("*.py"))]
FAMILIES = {Refusal, NotFound, NotAllowed, Clash, RuleBroken}


def every_refusal() -> list[type[Refusal]]:
    import_all()
    found: list[type[Refusal]] = []
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        refusal = waiting.pop()
        waiting.extend(refusal.__subclasses__())
        if refusal not in FAMILIES and refusal.__module__.startswith("goldfruit."):
            found.append(refusal)
    return sorted(set(found), key=lambda refusal: (refusal.code, refusal.__name__))


def import_all() -> None:
    import importlib

    for path in PACKAGE:
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if not name.endswith("__main__"):
            importlib.import_module(name.removesuffix(".__init__"))


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("source", SOURCES, ids=short)
def test_a_module_fits_in_the_head(source: Path) -> None:
    assert source.read_text().count("\n") <= LINES_MAX


def test_the_median_module_is_short() -> None:
    lengths = sorted(path.read_text().count("\n") for path in PACKAGE if path.stat().st_size)

    assert lengths[len(lengths) // 2] <= MEDIAN_MAX


def test_every_refusal_is_explained_to_members() -> None:
    missing = [
        refusal.code
        for refusal in every_refusal()
        if not (ROOT / "docs" / "problems" / f"{refusal.code}.md").exists()
    ]
    assert not missing, f"write docs/problems/<code>.md for {missing}: what happened, what to do"


def test_every_refusal_has_a_code_of_its_own_and_says_what_to_do() -> None:
    codes: dict[str, type[Refusal]] = {}
    for refusal in every_refusal():
        assert re.fullmatch(r"[a-z]+(-[a-z0-9]+)*", refusal.code), refusal
        assert refusal.title, refusal
        assert codes.setdefault(refusal.code, refusal) is refusal, f"{refusal.code} is used twice"


def test_every_page_of_problems_belongs_to_a_refusal() -> None:
    known = {refusal.code for refusal in every_refusal()}
    known |= {"bad-input", "internal-error", "form-expired", "bad-request", "not-found"}
    known |= {"method-not-allowed", "too-large", "unsupported-media-type", "too-many-requests"}
    written = {path.stem for path in (ROOT / "docs" / "problems").glob("*.md")}

    assert written - known - {"README"} == set()


def _functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield f"{short(path)}:{node.name}", node
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef) and not inner.name.startswith(("_", "visit")):
                    yield f"{short(path)}:{node.name}.{inner.name}", inner


def test_every_public_function_says_what_it_does() -> None:
    silent = [
        name
        for path in PACKAGE
        for name, node in _functions(path)
        if ast.get_docstring(node) is None
        and not any("setter" in ast.dump(mark) for mark in node.decorator_list)
        and not name.endswith((".process_bind_param", ".process_result_value"))
    ]
    assert silent == []


def test_nobody_reads_the_clock_below_the_edge() -> None:
    reading = re.compile(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(")
    allowed = {"goldfruit/infra/work.py"}
    found = [
        short(path)
        for path in PACKAGE
        if reading.search(path.read_text())
        and short(path) not in allowed
        and not short(path).startswith(("goldfruit/bench/", "goldfruit/cli/"))
    ]
    assert found == []


def test_no_float_touches_money_weight_or_price() -> None:
    for path in ("kernel/units.py", "ledger"):
        target = ROOT / "goldfruit" / path
        for source in [target] if target.is_file() else sorted(target.rglob("*.py")):
            words = {
                node.id
                for node in ast.walk(ast.parse(source.read_text()))
                if isinstance(node, ast.Name)
            }
            assert "float" not in words, short(source)


def test_no_template_holds_a_script_or_a_style_of_its_own() -> None:
    inline = re.compile(
        r"<script(?![^>]*\b(src|nonce|type=\"application/json\"))|\sstyle=|<style|\son[a-z]+="
    )
    found = [
        short(path)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if inline.search(path.read_text())
    ]
    assert found == []


def test_no_template_marks_text_safe() -> None:
    found = [
        short(path)
        for path in sorted((ROOT / "templates").rglob("*.html"))
        if re.search(r"\|\s*safe\b", path.read_text())
    ]
    assert found == []
