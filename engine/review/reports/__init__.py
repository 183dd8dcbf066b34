"""Reports: the rows of a period, the figures worked out of them, and the documents that were made and signed."""
