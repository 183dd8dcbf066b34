"""Notices delivered: a notice in words, the channels it goes out by, and the couriers that bring it there.

What is told, and to which roles, is the ledger's (`engine.ledger.noticing`); here it is brought to people who are not looking.
"""
