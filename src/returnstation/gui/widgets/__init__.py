"""The components of the screens, each once; styled by ``role``, ``state`` and ``tone``."""
