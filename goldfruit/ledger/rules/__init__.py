"""Rules of the ledger (账簿): accounts, events and their postings, holds, cash, chain, checks."""
