"""The pages, a blueprint per noun. Each route says who it is for; forms become commands, the engine decides."""
