"""The ledger's promises, tested once and kept by both databases."""
