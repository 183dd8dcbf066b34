"""Reading what was done: queries over the projections, never over raw events."""
