"""goldfruit bench pages: requests per second of the public pages, beside a page that says hello."""

import gzip
from collections.abc import Sequence
from html.parser import HTMLParser
from statistics import median

from goldfruit.bench.frame import Figure, Sizes
from goldfruit.bench.load import CONNECTIONS, Answers, asked, fetched
from goldfruit.bench.market import INDEX, scratch_market
from goldfruit.bench.servers import goldfruit_server, hello_server

DAYS = 60
PATHS = (
    "/",
    "/index",
    f"/index/{INDEX}",
    "/quotes",
    f"/api/v1/index/{INDEX}/values",
    "/healthz",
)
BUDGET_KB = 150
"""What a first visit of the board may send (compressed)."""
NEEDED = frozenset({"stylesheet", "icon", "preload", "modulepreload"})


def measure(sizes: Sizes) -> list[Figure]:
    """Return requests per second of each public page, and the bytes of the first load."""
    with scratch_market(sizes.of(DAYS)) as config, goldfruit_server(config) as ours:
        paths = [path for path in PATHS if fetched(ours, path)[0] != 404]
        with hello_server() as theirs:
            rounds = [_round(ours, theirs, paths, sizes) for _ in range(max(1, sizes.repeats))]
        first = first_load(ours)
    hello = [each[""] for each in rounds]
    return [*(_figure(path, [each[path] for each in rounds], hello) for path in paths), first]


def first_load(port: int) -> Figure:
    """Return the kilobytes that a first visit of the board takes, with all that it needs."""
    _, page, encoding = fetched(port, "/")
    body = gzip.decompress(page) if encoding == "gzip" else page
    files = files_of(body.decode("utf-8"))
    sent = len(page) + sum(len(fetched(port, path)[1]) for path in files)
    name = f"/ and the {len(files)} files it needs: first load, compressed"
    return Figure(name, sent / 1_000, "kB", "its budget", float(BUDGET_KB))


def files_of(page: str) -> list[str]:
    """Return the paths of the styles, scripts and pictures that a page of ours needs, sorted."""
    reader = _Reader()
    reader.feed(page)
    return sorted(path for path in reader.paths if path.startswith("/"))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.paths: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag in ("script", "img"):
            self.paths.add(said.get("src") or "")
        if tag == "link" and NEEDED & set((said.get("rel") or "").split()):
            self.paths.add(said.get("href") or "")


def _round(ours: int, theirs: int, paths: Sequence[str], sizes: Sizes) -> dict[str, Answers]:
    """Ask each page once over, the reference first; a short warm-up is not counted."""
    asked(theirs, "/", min(0.3, sizes.seconds))
    found = {"": asked(theirs, "/", sizes.seconds)}
    for path in paths:
        asked(ours, path, min(0.3, sizes.seconds))
        found[path] = asked(ours, path, sizes.seconds)
    return found


def _figure(path: str, rounds: Sequence[Answers], hello: Sequence[Answers]) -> Figure:
    half, most = (median(each.at(share) for each in rounds) for share in (0.50, 0.99))
    wrong = sum(each.wrong for each in rounds)
    note = f"p50 {half:.1f} ms, p99 {most:.1f} ms, {CONNECTIONS} connections"
    return Figure(
        name=path,
        value=median(each.per_second for each in rounds),
        unit="requests/s",
        reference="hello page on the same server",
        beside=median(each.per_second for each in hello),
        note=note + (f", {wrong} answers were not 200" if wrong else ""),
    )
