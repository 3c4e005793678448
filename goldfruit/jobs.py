"""The clock's jobs (定时任务): each is a CLI command plus a cron line, once per (job, slot)."""

from goldfruit.infra.jobruns import JobRun

__all__ = ["JobRun"]
