"""What other programs read: lists over the record, page by page, each answer of one shape. Only the day of use is written."""
