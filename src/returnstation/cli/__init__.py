"""Every command, one module per group."""

from returnstation.cli.main import main, run

__all__ = ["main", "run"]
