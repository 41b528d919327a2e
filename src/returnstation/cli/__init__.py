"""Every command, one module per group."""
