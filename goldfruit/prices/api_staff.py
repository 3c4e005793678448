"""JSON operations of those who work on the index: reporters, analysts, approvers."""

import base64
import binascii
from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Response, request
from marshmallow import ValidationError

from goldfruit.infra.work import Work
from goldfruit.kernel.days import CalendarNotLoaded
from goldfruit.kernel.digests import digest_of_bytes
from goldfruit.kernel.fruit import SpecNotValid, parse
from goldfruit.kernel.units import Price
from goldfruit.members.rules.acts import Act
from goldfruit.prices import calculating
from goldfruit.prices.imported import MarketUnknown, check_market, file_of, store
from goldfruit.prices.models import IndexDefinition, IndexRun, Quote, QuoteImport
from goldfruit.prices.queries import definitions, quotes, runs
from goldfruit.prices.queries.definitions import NoSuchIndex
from goldfruit.prices.queries.quotes import NoSuchImport, NoSuchQuote
from goldfruit.prices.queries.runs import NoSuchRun
from goldfruit.prices.queries.values import NotPublishedYet
from goldfruit.prices.quote_specs import spec_of
from goldfruit.prices.rules.blocks import DefinitionNotValid
from goldfruit.prices.rules.definitions import BasketTooLarge, WeightsNotWhole
from goldfruit.prices.rules.publication import IndexRunCannotMove
from goldfruit.prices.rules.quote_refusals import (
    QuoteColumnsMissing,
    QuoteColumnsTwice,
    QuoteFileEmpty,
    QuoteFileTooLarge,
    QuoteFileUnreadable,
)
from goldfruit.prices.schemas_staff import (
    CorrectionIn,
    DecisionIn,
    DefinitionIn,
    FileIn,
    ImportOut,
    JudgementIn,
    PageQuery,
    ProposalOut,
    QuoteIn,
    QuoteOut,
    ReasonIn,
    RunIn,
    RunOut,
)
from goldfruit.prices.services import definitions as defining
from goldfruit.prices.services import publishing, reporting
from goldfruit.prices.services import quotes as quoting
from goldfruit.prices.services import runs as running
from goldfruit.web import guard
from goldfruit.web.endpoint import Api

api = Api("prices_staff")


@api.endpoint(
    "/quotes",
    method="POST",
    takes=QuoteIn,
    gives=QuoteOut,
    status=201,
    act=Act.REPORT_QUOTE,
    refuses=(
        SpecNotValid,
        quoting.SpecTooVague,
        quoting.QuoteOutOfOrder,
        quoting.QuoteOutOfRange,
        CalendarNotLoaded,
    ),
)
def report_quote(
    work: Work, *, text: str, low: Price, mostly: Price, high: Price, note: str, **codes: str
) -> Quote:
    """Report a quote of one spec; a later one of the same day supersedes it."""
    spec = parse(text).spec if text else spec_of(codes)
    return quoting.report_quote(
        work,
        reporter_id=_me(work),
        spec=spec,
        low=low,
        mostly=mostly,
        high=high,
        unit_read="kg",
        note=note,
    )


@api.endpoint("/quotes/mine", takes=PageQuery, gives=QuoteOut, many=True, act=Act.REPORT_QUOTE)
def list_my_quotes(work: Work, *, after: int, limit: int) -> tuple[Sequence[Quote], int | None]:
    """List one's own quotes, newest first."""
    found = quotes.of_reporter(work.session, _me(work), before=after, limit=limit + 1)
    return _cut(found, limit)


@api.endpoint(
    "/quotes/<int:quote_id>/withdrawals",
    method="POST",
    takes=ReasonIn,
    gives=QuoteOut,
    status=201,
    act=Act.REPORT_QUOTE,
    refuses=(NoSuchQuote, quoting.AlreadyJudged, quoting.ReasonNeeded),
)
def withdraw_quote(work: Work, *, quote_id: int, reason: str) -> Quote:
    """Withdraw one's own quote, with a reason."""
    return reporting.withdraw_quote(work, quote_id=quote_id, reporter_id=_me(work), reason=reason)


@api.endpoint("/quotes/suspects", takes=PageQuery, gives=QuoteOut, many=True, act=Act.JUDGE_SUSPECT)
def list_suspects(work: Work, *, after: int, limit: int) -> tuple[Sequence[Quote], int | None]:
    """List the quotes that wait for a judgement, oldest first."""
    return _cut(quotes.suspects(work.session, after=after, limit=limit + 1), limit)


@api.endpoint(
    "/quotes/<int:quote_id>/judgements",
    method="POST",
    takes=JudgementIn,
    gives=QuoteOut,
    status=201,
    act=Act.JUDGE_SUSPECT,
    refuses=(NoSuchQuote, quoting.AlreadyJudged, quoting.ReasonNeeded),
)
def judge_quote(work: Work, *, quote_id: int, verdict: str, reason: str) -> Quote:
    """Confirm or drop a suspect; the reason is kept and shown publicly."""
    return quoting.judge_quote(work, quote_id=quote_id, verdict=verdict, reason=reason)


@api.endpoint(
    "/quote-imports",
    method="POST",
    takes=FileIn,
    gives=ImportOut,
    status=201,
    act=Act.IMPORT_QUOTES,
    refuses=(
        MarketUnknown,
        QuoteFileUnreadable,
        QuoteFileEmpty,
        QuoteFileTooLarge,
        QuoteColumnsMissing,
        QuoteColumnsTwice,
    ),
)
def import_quotes(work: Work, *, market: str, file_name: str, content_base64: str) -> QuoteImport:
    """Store what is new in a market's quote file, CSV or XLSX, its bytes in base64."""
    check_market(work.session, market)
    try:
        content = base64.b64decode(content_base64, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValidationError({"content_base64": ["须为 base64 编码"]}) from error
    found = file_of(content, file_name)
    return store(work, market=market, name=file_name, digest=digest_of_bytes(content), found=found)


@api.endpoint("/quote-imports", gives=ImportOut, many=True, act=Act.IMPORT_QUOTES)
def list_imports(work: Work) -> tuple[Sequence[QuoteImport], None]:
    """List the newest imports of market files."""
    return quotes.imports(work.session), None


@api.endpoint(
    "/quote-imports/<int:number>", gives=ImportOut, act=Act.IMPORT_QUOTES, refuses=(NoSuchImport,)
)
def get_import(work: Work, *, number: int) -> QuoteImport:
    """Tell what became of one file."""
    return quotes.import_by_id(work.session, number)


@api.endpoint(
    "/index-runs",
    method="POST",
    takes=RunIn,
    gives=RunOut,
    status=201,
    act=Act.RUN_INDEX,
    refuses=(NoSuchIndex, running.NoDaysToRun, running.AlreadyPublished),
)
def run_index(work: Work, *, index_code: str, first: date, last: date) -> IndexRun:
    """Freeze a run; up to a month it is calculated at once, else look again until it is."""
    if last < first:
        raise running.NoDaysToRun(index=index_code, first=first.isoformat(), last=last.isoformat())
    return calculating.start(work, index_code=index_code, first=first, last=last)


@api.blueprint.after_request
def go_on_calculating(response: Response) -> Response:
    """Calculate what was frozen beside the writer, after the freezing is committed."""
    if request.endpoint == "prices_staff_api.run_index" and response.status_code == 201:
        answer: Any = response.get_json()
        calculating.go_on(int(answer["id"]))
    return response


@api.endpoint("/index-runs", takes=PageQuery, gives=RunOut, many=True)
def list_runs(work: Work, *, after: int, limit: int) -> tuple[Sequence[IndexRun], int | None]:
    """List runs, newest first; for analysts and approvers."""
    _demand_index_staff()
    return _cut(runs.page(work.session, before=after, limit=limit + 1), limit)


@api.endpoint("/index-runs/<int:run_id>", gives=RunOut, refuses=(NoSuchRun,))
def get_run(work: Work, *, run_id: int) -> IndexRun:
    """Tell where a run stands; for analysts and approvers."""
    _demand_index_staff()
    return runs.by_id(work.session, run_id)


@api.endpoint(
    "/index-runs/<int:run_id>/reviews",
    method="POST",
    gives=RunOut,
    status=201,
    act=Act.RUN_INDEX,
    refuses=(NoSuchRun, IndexRunCannotMove),
)
def review_run(work: Work, *, run_id: int) -> IndexRun:
    """Put a calculated run before the approver."""
    return running.review(work, run_id=run_id)


@api.endpoint(
    "/index-runs/<int:run_id>/approvals",
    method="POST",
    gives=RunOut,
    status=201,
    act=Act.APPROVE_INDEX,
    refuses=(NoSuchRun, running.MakerApproves, IndexRunCannotMove),
)
def approve_run(work: Work, *, run_id: int) -> IndexRun:
    """Approve a run, as a second person."""
    return running.approve(work, run_id=run_id)


@api.endpoint(
    "/index-runs/<int:run_id>/publications",
    method="POST",
    gives=RunOut,
    status=201,
    act=Act.PUBLISH_INDEX,
    refuses=(NoSuchRun, IndexRunCannotMove, running.AlreadyPublished),
)
def publish_run(work: Work, *, run_id: int) -> IndexRun:
    """Publish an approved run; a correction goes out where the revision policy says so."""
    return publishing.publish(work, run_id=run_id)


@api.endpoint(
    "/index-runs/<int:run_id>/discards",
    method="POST",
    takes=ReasonIn,
    gives=RunOut,
    status=201,
    act=Act.RUN_INDEX,
    refuses=(NoSuchRun, IndexRunCannotMove),
)
def discard_run(work: Work, *, run_id: int, reason: str) -> IndexRun:
    """Send a run back, with a reason; its inputs and results stay readable."""
    return running.discard(work, run_id=run_id, reason=reason)


@api.endpoint(
    "/index-corrections",
    method="POST",
    takes=CorrectionIn,
    gives=RunOut,
    status=201,
    act=Act.CORRECT_INDEX,
    refuses=(NoSuchIndex, NotPublishedYet, publishing.CauseUnknown),
)
def correct_index(work: Work, *, index_code: str, day: date, cause: str, reason: str) -> IndexRun:
    """Prepare the correction of a published day; it goes the way of every run."""
    return publishing.correct(work, index_code=index_code, day=day, cause=cause, reason=reason)


@api.endpoint(
    "/index-definitions",
    method="POST",
    takes=DefinitionIn,
    gives=ProposalOut,
    status=201,
    act=Act.DEFINE_INDEX,
    refuses=(
        DefinitionNotValid,
        WeightsNotWhole,
        BasketTooLarge,
        defining.DefinitionTooLate,
        defining.ProposalPending,
    ),
)
def propose_definition(work: Work, *, document: dict[str, Any], note: str) -> IndexDefinition:
    """Propose a new version of a definition; a second person approves it."""
    return defining.propose_definition(work, document=document, note=note)


@api.endpoint("/index-proposals", gives=ProposalOut, many=True, act=Act.APPROVE_INDEX)
def list_proposals(work: Work) -> tuple[Sequence[IndexDefinition], None]:
    """List the definitions that wait for a second person."""
    return definitions.proposals(work.session), None


@api.endpoint(
    "/index-definitions/<string:code>/<int:version>/approvals",
    method="POST",
    takes=DecisionIn,
    gives=ProposalOut,
    status=201,
    act=Act.APPROVE_INDEX,
    refuses=(
        defining.NoSuchProposal,
        defining.ProposerApproves,
        defining.DefinitionTooLate,
    ),
)
def decide_definition(
    work: Work, *, code: str, version: int, approve: bool, note: str
) -> IndexDefinition:
    """Approve or reject a proposed definition."""
    return defining.decide_definition(work, code=code, version=version, approve=approve, note=note)


def _demand_index_staff() -> None:
    if not (guard.may(Act.RUN_INDEX) or guard.may(Act.APPROVE_INDEX)):
        raise guard.NotYourRole


def _me(work: Work) -> int:
    return work.actor.user_id or 0


def _cut(found: list[Any], limit: int) -> tuple[list[Any], int | None]:
    return found[:limit], found[limit - 1].id if len(found) > limit else None
