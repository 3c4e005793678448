from datetime import tzinfo

class CronTrigger:
    def __init__(
        self,
        *,
        month: int | None = ...,
        day: int | None = ...,
        day_of_week: str | None = ...,
        hour: int | None = ...,
        minute: int | None = ...,
        second: int | None = ...,
        timezone: tzinfo = ...,
    ) -> None: ...
