"""What the pages show, as frozen view objects made from the engine's: texts chosen by language.

Nothing is left to decide in templates. Knows neither Flask nor HTML.
"""
