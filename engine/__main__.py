"""`python -m engine` is `sop`."""

from engine.cli import main

if __name__ == "__main__":
    main()
