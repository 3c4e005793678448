"""The kernel: pure, standard library only; units, fruit, days, refusals, facts, digests."""
