"""One right or limit per module; the engine runs them all."""
