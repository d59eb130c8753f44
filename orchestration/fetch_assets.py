"""Fetching as Dagster shows it: an asset per source for what its publisher has released.

Here: the assets `landed/<source>`, their owners, retries and freshness, and the job that fetches.
Thin: each asset calls `fetching.fetch_source`. A source that is handed over by hand has an asset
without a computation, so that its steps and its freshness stand beside the others'.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import dagster as dg

from editions import list_editions
from orchestration.dbt_assets import OWNERS
from orchestration.fetching import FETCH_JOB, Listener, Manner, fetch_source
from orchestration.landed_events import GROUP, landed_key, requests_table, snapshot_metadata
from orchestration.source_sheets import steps_of
from orchestration.workspace import Workspace, WorkspaceError
from sources import SOURCE_IDS, get_source
from sources.contract import Source, SourceError
from sources.limits import Unavailable

RETRIES = dg.RetryPolicy(max_retries=2, delay=600, backoff=dg.Backoff.EXPONENTIAL)
"""For a publisher that is down; what was refused is not asked for again."""

MONTHS_OF_GRACE = 2
"""From the first day of a release month until the vintage is missed."""
UNKNOWN_RELEASE = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(days=400), warn_window=timedelta(days=370)
)
"""The book is yearly: a source older than that is looked at again."""
MONTHLY_RELEASE = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(days=92), warn_window=timedelta(days=62)
)


def freshness(release_months: Sequence[int]) -> dg.FreshnessPolicy:
    """When a source's newest vintage is no longer new, from the months of its releases.

    >>> policy = freshness((3, 9))
    >>> policy.deadline_cron, policy.lower_bound_delta.days
    ('0 0 1 5,11 *', 62)
    """
    if not release_months:
        return UNKNOWN_RELEASE
    if len(release_months) > 12 // MONTHS_OF_GRACE:
        return MONTHLY_RELEASE
    deadlines = sorted((month + MONTHS_OF_GRACE - 1) % 12 + 1 for month in release_months)
    following = [*deadlines[1:], deadlines[0] + 12]
    gap = min(after - before for before, after in zip(deadlines, following, strict=True))
    # Dagster wants no more than the shortest time between two deadlines, leap years included.
    days = min(31 * MONTHS_OF_GRACE, 30 * gap - 1 if gap > 1 else 28)
    return dg.FreshnessPolicy.cron(
        deadline_cron=f"0 0 1 {','.join(map(str, deadlines))} *",
        lower_bound_delta=timedelta(days=days),
        timezone="Asia/Taipei",
    )


def _spec(source: Source, edition: str) -> dg.AssetSpec:
    steps = "\n".join(f"{n}. {step}" for n, step in enumerate(steps_of(source, edition), 1))
    return dg.AssetSpec(
        landed_key(source.id),
        description=(
            f"The newest vintage of {source.title_en} from {source.publisher_en}.\n\n"
            f"{source.publisher_zh}：{source.title_zh}之最新版次。\n\n{steps}"
        ),
        group_name=GROUP,
        kinds={"http" if source.fetcher else "manual", "file"},
        owners=OWNERS,
        freshness_policy=freshness(source.release_months),
        metadata={
            "homepage": dg.MetadataValue.url(source.homepage),
            "licence": source.licence,
            "keys from the environment": ", ".join(source.fetcher.secrets) or "none"
            if source.fetcher
            else "none",
        },
        skippable=True,
    )


def _asset_of(source: Source, edition: str) -> dg.AssetsDefinition:
    @dg.multi_asset(name=f"fetch_{source.id}", specs=[_spec(source, edition)], retry_policy=RETRIES)
    def fetched(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
        workspace = Workspace.here()
        newest = list_editions(workspace.root / "editions")[-1]
        listener = Listener(on_note=context.log.info)
        try:
            outcome = fetch_source(workspace, source.id, newest, Manner(), listener)
        except Unavailable as error:
            raise dg.Failure(str(error)) from None
        except (SourceError, WorkspaceError, OSError) as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        context.log.info(outcome.text)
        requests = [exchange.as_json() for exchange in outcome.requests]
        metadata = {"requests of this run": dg.MetadataValue.md(requests_table(requests))}
        if outcome.snapshot is not None:
            metadata |= snapshot_metadata(outcome.snapshot)
        if outcome.status == "landed":
            yield dg.MaterializeResult(asset_key=landed_key(source.id), metadata=metadata)
        else:
            # Looked at, but nothing new: that makes no vintage fresher.
            context.log_event(dg.AssetObservation(landed_key(source.id), metadata=metadata))

    return fetched


def landed_assets(edition: str) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """One asset per source: computed where the source can be fetched."""
    sources = [get_source(source_id) for source_id in SOURCE_IDS]
    return [_asset_of(s, edition) if s.fetcher else _spec(s, edition) for s in sources]


def fetch_job() -> Any:
    """The job that fetches every source that can be fetched; one failing stops no other."""
    keys = [landed_key(source_id) for source_id in SOURCE_IDS if get_source(source_id).fetcher]
    return dg.define_asset_job(
        FETCH_JOB,
        selection=dg.AssetSelection.assets(*keys),
        description="Ask every publisher that can be asked for its newest release, and land what "
        "is new. Changes no edition: a vintage is used once a pin names it.\n\n"
        "向可自動取得之發布機關索取最新版次並存檔；不變更任何版本之引用。",
    )
