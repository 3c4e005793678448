"""What can be done in the price stage: quotes in, definitions, runs, publication."""
