"""Returns-processing station for a warehouse desk."""

__version__ = "0.1.0"
