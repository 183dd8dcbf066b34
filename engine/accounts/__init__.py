"""Accounts: added, changed, disabled, enabled, taken in from a table; and one-time codes with which people set their own PIN.

Whatever is done is an event of the site, decided on the staff as it stands and recorded all or nothing. Nobody is ever
deleted, no id is used again, the last person who may manage people keeps that permission, a PIN is known to its owner alone.
"""

from engine.accounts.codes import VALID_FOR, Redeemed, redeem
from engine.accounts.importing import Entry, Intake, intake
from engine.accounts.keeping import Accounts, Outcome, Refused, Saved, managers, seen_of
from engine.accounts.lately import Seen, last_seen, with_pin
from engine.accounts.sentences import told
from engine.accounts.table import Sheet, Unreadable, read, text_of, written
from engine.accounts.wanted import Fault, Wanted, faults_of

__all__ = [
    "VALID_FOR", "Accounts", "Entry", "Fault", "Intake", "Outcome", "Redeemed", "Refused", "Saved", "Seen", "Sheet",
    "Unreadable", "Wanted", "faults_of", "intake", "last_seen", "managers", "read", "redeem", "seen_of", "text_of", "told",
    "with_pin", "written",
]  # fmt: skip
