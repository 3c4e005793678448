"""The index's rules: pure functions from frozen inputs to published figures."""
