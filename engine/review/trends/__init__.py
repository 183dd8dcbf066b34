"""How readings, deadlines, deviations and the work itself go over weeks and months; each answer from an index."""
