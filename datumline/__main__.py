"""`python -m datumline`: the same as the command `datumline`."""

from datumline.cli import main

if __name__ == "__main__":
    main()
