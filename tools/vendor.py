"""Keep ``static/vendor`` honest: what other people wrote, at which version, under which licence.

The files are committed, so serving the site needs no npm. ``--check`` proves by the hashes of
the manifest that nobody touched them; ``--rebuild`` fetches the locked packages with npm and
writes the folder anew.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
LOCK = ROOT / "package-lock.json"
MODULES = ROOT / "node_modules"

COPIED = {
    "bootstrap": ["dist/css/bootstrap.min.css", "dist/js/bootstrap.bundle.min.js"],
    "htmx.org": ["dist/htmx.min.js", "dist/ext/hx-sse.min.js"],
    "uplot": ["dist/uPlot.iife.min.js", "dist/uPlot.min.css"],
    "swagger-ui-dist": ["swagger-ui.css", "swagger-ui-bundle.js"],
}
LICENCE_ONLY = ("zrender", "tslib")
ECHARTS_ENTRY = ROOT / "tools" / "echarts_entry.js"
ECHARTS_BUNDLE = "echarts/echarts.bundle.min.js"
LICENCE_NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in lower-case hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def locked(package: str) -> dict[str, Any]:
    """Return what package-lock.json says of ``package``."""
    entry: dict[str, Any] = json.loads(LOCK.read_text())["packages"][f"node_modules/{package}"]
    return entry


def faults() -> list[str]:
    """Return what is wrong with the folder, one line each; empty when it is as recorded."""
    if not MANIFEST.exists():
        return ["static/vendor/manifest.json is missing"]
    rows: list[dict[str, Any]] = json.loads(MANIFEST.read_text())["files"]
    found = [
        f"{row['file']}: {'missing' if not (VENDOR / row['file']).exists() else 'altered'}"
        for row in rows
        if not (VENDOR / row["file"]).exists() or sha256(VENDOR / row["file"]) != row["sha256"]
    ]
    listed = {row["file"] for row in rows} | {MANIFEST.name}
    there = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    found += [f"{name}: not in the manifest" for name in sorted(there - listed)]
    for row in rows:
        entry = locked(row["package"])
        if (entry["version"], entry["integrity"]) != (row["version"], row["integrity"]):
            found.append(f"{row['file']}: the lock names another {row['package']}")
        if row.get("built_from_sha256", "") not in ("", sha256(ECHARTS_ENTRY)):
            found.append(f"{row['file']}: {ECHARTS_ENTRY.name} has changed since it was built")
    if '"resolved"' in LOCK.read_text():
        found.append("package-lock.json names a registry host")
    return found


def rebuild() -> None:
    """Fetch the locked packages and write ``static/vendor`` and its manifest anew."""
    _run("npm", "ci", "--ignore-scripts")
    shutil.rmtree(VENDOR, ignore_errors=True)
    rows = [
        _row(package, _copied(package, source))
        for package, sources in COPIED.items()
        for source in sources
    ]
    bundle = VENDOR / ECHARTS_BUNDLE
    bundle.parent.mkdir(parents=True)
    _run(
        *("node", "node_modules/esbuild/bin/esbuild", str(ECHARTS_ENTRY.relative_to(ROOT))),
        *("--bundle", "--minify", "--format=iife", "--global-name=echarts"),
        *("--legal-comments=eof", f"--outfile={bundle.relative_to(ROOT)}", "--log-level=warning"),
    )
    rows.append(_row("echarts", bundle) | {"built_from_sha256": sha256(ECHARTS_ENTRY)})
    for package in (*COPIED, "echarts", *LICENCE_ONLY):
        rows += [_row(package, path) for path in _licences(package)]
    rows.sort(key=lambda row: str(row["file"]))
    MANIFEST.write_text(json.dumps({"files": rows}, indent=1) + "\n")


def _folder(package: str) -> Path:
    folder = VENDOR / package.replace("@", "").replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _copied(package: str, source: str) -> Path:
    return Path(shutil.copy(MODULES / package / source, _folder(package)))


def _licences(package: str) -> list[Path]:
    texts = [p for p in (MODULES / package).iterdir() if p.name.upper().startswith(LICENCE_NAMES)]
    return [Path(shutil.copy(text, _folder(package))) for text in texts if text.is_file()]


def _row(package: str, path: Path) -> dict[str, str]:
    entry = locked(package)
    return {
        "file": str(path.relative_to(VENDOR)),
        "package": package,
        "version": entry["version"],
        "licence": entry.get("license", "see the licence file"),
        "integrity": entry["integrity"],
        "sha256": sha256(path),
    }


def _run(*command: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603  # our own fixed commands


def main() -> int:
    """Check or rebuild, and return the exit code."""
    parser = argparse.ArgumentParser(description="Check or rebuild static/vendor.")
    parser.add_argument("--check", action="store_true", help="prove it unchanged (no npm)")
    parser.add_argument("--rebuild", action="store_true", help="write it anew with npm")
    wanted = parser.parse_args()
    if wanted.rebuild:
        rebuild()
    wrong = faults()
    sys.stdout.write("".join(f"{line}\n" for line in wrong) or "static/vendor is as recorded\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
