"""The market in the words of those who work in it: every step through a page, the API or the CLI.

``market.newcomer("礼泉王采风").signs_up().applies().is_approved().is_made("quote_reporter")``
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from click.testing import CliRunner

from config import Config
from goldfruit.app import create_app
from goldfruit.cli import main as goldfruit
from goldfruit.infra.work import Exchange
from goldfruit.kernel.days import XIANYANG
from goldfruit.members.rules.resident_id import id_check_digit
from tests.conftest import Clock
from tests.journeys.forms import links_of
from tests.journeys.visitor import Visitor
from tests.places import ROOT

SECRET, FIELD_KEY = "journey-" * 5, "5a" * 32
PASSWORD = "seven red apples"
COUNTIES = {
    "礼泉": "610425",
    "淳化": "610430",
    "旬邑": "610429",
    "永寿": "610426",
    "彬州": "610482",
    "长武": "610428",
    "乾县": "610424",
}
KINDS = {
    "纸袋富士80#以上一二级 冷库": 6.40,
    "纸袋富士70-75#一二级 冷库": 5.20,
    "膜袋富士70-75#一二级 冷库": 3.80,
}
"""What is quoted in every county, and about what it costs, in yuan per kilogram."""


def at(day: str, time: str) -> datetime:
    """Return the instant of a day and a time in Xianyang."""
    return datetime.fromisoformat(f"{day}T{time}:00").replace(tzinfo=XIANYANG)


@dataclass
class Market:
    """The running site on one database, its command line, and everybody who works there."""

    exchange: Exchange
    database_url: str
    clock: Clock
    secret_data: set[str] = field(default_factory=set)
    people: int = 0

    def __post_init__(self) -> None:
        self.config = Config(database_url=self.database_url, secret_key=SECRET, field_key=FIELD_KEY)
        self.app = create_app(self.config, self.exchange)
        self.guest = Visitor(self.app)

    def founded(self) -> "Market":
        """Let the machine bring in the first operator and the first reviewer."""
        self.operator = self._founder("operator", "operator@journey.example", "郝管事")
        self.reviewer = self._founder("reviewer", "reviewer@journey.example", "沈核实")
        return self

    def _founder(self, role: str, login: str, name: str) -> "Person":
        self.cli("members", "add", login, "--name", name, "--password-stdin", said=PASSWORD)
        self.cli("members", "role", login, role)
        self.secret_data |= {login, name}
        return Person(self, login, name).signs_in()

    def newcomer(self, name: str) -> "Person":
        """Return somebody who was never here, with a phone of their own."""
        self.people += 1
        phone = f"1391234{self.people:04d}"
        self.secret_data |= {name, phone}
        return Person(self, phone, name)

    def staff(self, name: str, role: str) -> "Person":
        """Return somebody who signed up and was given ``role`` by two people."""
        return self.newcomer(name).signs_up().is_made(role)

    def reporter(self, name: str, county: str = "礼泉") -> "Person":
        """Return an approved member who was made a reporter by two people."""
        return (
            self.newcomer(name).signs_up().applies(county).is_approved().is_made("quote_reporter")
        )

    def environment(self) -> dict[str, str | None]:
        """Return the settings under which the command line finds this market."""
        return {
            "GOLDFRUIT_DATABASE_URL": self.database_url,
            "GOLDFRUIT_SECRET_KEY": SECRET,
            "GOLDFRUIT_FIELD_KEY": FIELD_KEY,
            "GOLDFRUIT_SECRETS_FILE": "/nonexistent",
            "GOLDFRUIT_LOG_LEVEL": "ERROR",
            "GOLDFRUIT_DEMO": "0",
        }

    def cli(self, *words: str, said: str = "") -> Any:
        """Run a command that must succeed and return what it says as JSON."""
        ended = CliRunner(env=self.environment()).invoke(goldfruit, [*words, "--json"], said)
        structlog.reset_defaults()  # the command's logs went to its own, now closed, stderr
        assert ended.exit_code == 0, f"{words}: {ended.stderr}\n{ended.stdout}{ended.exception}"
        return json.loads(ended.stdout)

    def shell(self, *words: str) -> Any:
        """Run a command that must succeed in a process of its own; return what it says as JSON."""
        ended = subprocess.run(
            [str(Path(sys.executable).parent / "goldfruit"), *words, "--json"],
            capture_output=True,
            text=True,
            env=os.environ | {k: v for k, v in self.environment().items() if v is not None},
            cwd=ROOT,
            timeout=120,
            check=False,
        )
        assert ended.returncode == 0, f"{words}: {ended.stderr}\n{ended.stdout}"
        return json.loads(ended.stdout)

    def clock_strikes(self, day: str, time: str, *jobs: str) -> list[str]:
        """Let the clock's jobs of that instant be done, and return how each went."""
        self.clock.now = at(day, time)
        return [
            self.cli("jobs", "run", job, "--as-of", f"{day}T{time}:00+0800")["outcome"]
            for job in jobs
        ]


@dataclass
class Person:
    """A person with a browser of their own, and a program that may speak for them."""

    market: Market
    login: str
    name: str
    member_id: int = 0

    def __post_init__(self) -> None:
        self.at_site = Visitor(self.market.app)
        self.program = Visitor(self.market.app)

    def signs_up(self) -> "Person":
        """Make an account of one's own."""
        answer = self.at_site.fills_in(
            "/sign-up", login=self.login, name=self.name, password=PASSWORD, agreed="on"
        )
        assert "注册成功" in self.at_site.done(answer).text
        return self

    def signs_in(self) -> "Person":
        """Sign in with the password."""
        answer = self.at_site.fills_in("/sign-in", login=self.login, password=PASSWORD)
        self.at_site.done(answer)
        return self

    def takes_a_token(self, *scopes: str) -> "Person":
        """Ask for a token, with which a program may speak for the person."""
        answer = self.program.posts(
            "/tokens",
            login=self.login,
            password=PASSWORD,
            name="journey",
            scopes=list(scopes),
            days=30,
        )
        assert answer.status_code == 201, answer.text
        self.program.token = answer.get_json()["token"]
        return self

    def applies(self, county: str = "礼泉") -> "Person":
        """Apply for membership as a grower, with real-name data that is nobody's."""
        serial = int(self.login[-4:])
        digits = f"{COUNTIES[county]}19800101{serial:03d}"
        number, account = digits + id_check_digit(digits), f"62170000{serial:08d}"
        self.market.secret_data |= {number, account}
        answer = self.at_site.fills_in(
            "/members/apply?kind=grower",
            person_name=self.name,
            id_number=number,
            bank_name="农村商业银行",
            bank_account=account,
            county_code=COUNTIES[county],
            agreed="on",
            agreed_sensitive="on",
        )
        assert "申请已提交" in self.at_site.done(answer).text
        return self

    def is_approved(self) -> "Person":
        """Be looked at and approved by the reviewer."""
        reviewer = self.market.reviewer.at_site
        queue = reviewer.opens("/members/review")
        waiting = [link for link in links_of(queue) if link.startswith("/members/review/")]
        self.member_id = max(int(link.rpartition("/")[2]) for link in waiting)
        answer = reviewer.fills_in(f"/members/review/{self.member_id}", "通过，会员资格生效")
        assert "审核结果已记录" in reviewer.done(answer).text
        return self

    def is_made(self, role: str) -> "Person":
        """Be given a role: proposed by the operator, confirmed by the reviewer."""
        operator, reviewer = self.market.operator.at_site, self.market.reviewer.at_site
        asked = operator.fills_in("/members/roles", login=self.login, role=role)
        assert "授权已提出" in operator.done(asked).text
        confirmed = reviewer.fills_in("/members/roles", "确认")
        assert "授权已生效" in reviewer.done(confirmed).text
        return self

    def quotes(self, sentence: str, mostly: float, spread: float = 0.2) -> "Person":
        """Say on the phone page what fruit it is, look at what was read, give the prices."""
        page = f"/quotes/new/price?text={quote(sentence)}"
        answer = self.at_site.fills_in(
            page,
            "确认报价",
            unit="kg",
            low=f"{mostly - spread:.2f}",
            mostly=f"{mostly:.2f}",
            high=f"{mostly + spread:.2f}",
        )
        assert "报价已提交" in self.at_site.done(answer).text, answer.text[-3000:]
        return self

    def quotes_by_program(self, sentence: str, mostly: float, spread: float = 0.2) -> "Person":
        """Report the same by the API."""
        answer = self.program.posts(
            "/quotes",
            text=sentence,
            low_yuan_per_kg=f"{mostly - spread:.2f}",
            mostly_yuan_per_kg=f"{mostly:.2f}",
            high_yuan_per_kg=f"{mostly + spread:.2f}",
        )
        assert answer.status_code == 201, answer.text
        return self

    def quotes_every_county(self, move: float = 1.0) -> "Person":
        """Report every kind of fruit of every county, ``move`` times the usual price."""
        for county in COUNTIES:
            for kind, price in KINDS.items():
                self.quotes_by_program(f"{county} {kind}", round(price * move, 2))
        return self

    def repeats_the_last_day(self) -> "Person":
        """Say that nothing changed since the last trading day."""
        answer = self.at_site.fills_in("/quotes/new", "价格没变，全部照上次报")
        assert "已照上次价格报价" in self.at_site.done(answer).text
        return self

    def presses(self, path: str, button: str, **values: str) -> str:
        """Press a button of a page and return the page that follows."""
        return self.at_site.done(self.at_site.fills_in(path, button, **values)).text
