"""Reading what was done: queries over the projections or, for what no list holds, over events."""
