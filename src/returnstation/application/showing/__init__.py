"""Turn what a desk knows into what is shown."""
