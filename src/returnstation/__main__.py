"""Run ``returnstation``."""

import sys

from returnstation.cli import run

if __name__ == "__main__":
    sys.exit(run())
