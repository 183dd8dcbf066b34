"""Evidence for others: whether what the events name is still there, and bundles that a stranger checks without the product."""
