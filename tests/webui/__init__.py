"""Tests of the pages, one file per page, with the cast of `cast`."""
