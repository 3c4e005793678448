"""The database and nothing about fruit: engine, unit of work, facts, sequencer, storage."""
