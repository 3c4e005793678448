from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

class BlockingScheduler:
    def __init__(self, *, timezone: tzinfo, job_defaults: Mapping[str, Any]) -> None: ...
    def add_job(
        self,
        func: Callable[..., object],
        trigger: Any,
        *,
        id: str,
        args: tuple[object, ...] = ...,
    ) -> object: ...
    def start(self) -> None: ...
    def shutdown(self, wait: bool = ...) -> None: ...
