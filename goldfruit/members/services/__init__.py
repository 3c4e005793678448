"""Use cases of the members stage, by what they are about."""
