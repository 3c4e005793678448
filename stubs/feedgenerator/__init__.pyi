from collections.abc import Sequence
from datetime import datetime

class SyndicationFeed:
    def __init__(
        self,
        title: str,
        link: str,
        description: str,
        *,
        language: str | None = ...,
        author_name: str | None = ...,
        feed_url: str | None = ...,
        feed_guid: str | None = ...,
        feed_copyright: str | None = ...,
    ) -> None: ...
    def add_item(
        self,
        title: str,
        link: str,
        description: str | None,
        *,
        author_name: str | None = ...,
        pubdate: datetime | None = ...,
        updateddate: datetime | None = ...,
        unique_id: str | None = ...,
        categories: Sequence[str] = ...,
        content: str | None = ...,
    ) -> None: ...
    def writeString(self, encoding: str) -> str: ...
    def latest_post_date(self) -> datetime: ...

class Atom1Feed(SyndicationFeed): ...
