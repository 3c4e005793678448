"""What the price stage can be asked: definitions, quotes, runs, and published values."""
