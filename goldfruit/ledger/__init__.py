"""账务 (ledger): the client-money ledger; double entry in fen, immutable, chained day by day."""
