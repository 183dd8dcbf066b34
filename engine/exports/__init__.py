"""Exports: a view of the record as a file that spreadsheets, programs and people read, with its totals and its digest in it.

A view gives rows batch by batch, by key, so that memory stays flat. They are kept first, then written in the form wanted: so what
was broken off goes on behind the last batch, whatever the form. Taking data out is an event.
"""
