"""`python -m oktascim` and the `oktascim` script."""

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    from oktascim.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
