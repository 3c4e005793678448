"""Rules of the newsroom: what may be said, by whom, and how the daily report reads."""
