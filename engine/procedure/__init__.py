"""What is written. Pure: models of the language, plans made from them, and the rules that find an author's mistakes.

Start with `procedure` (the file as a whole), `field` and `step` (the sixteen kinds), `condition`, `due`, `limits`; `plan` makes a
procedure ready to run. Paths only: where something stands in a file is the loader's business.
"""
