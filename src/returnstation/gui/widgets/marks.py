"""Set the properties the style sheet looks at."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget


def mark(widget: QWidget, **properties: str) -> bool:
    """Set dynamic properties and restyle the widget; tell whether one changed."""
    changed = [name for name, value in properties.items() if widget.property(name) != value]
    for name in changed:
        widget.setProperty(name, properties[name])
    if changed:
        _restyle(widget)
    return bool(changed)


def mark_tree(widget: QWidget, **properties: str) -> None:
    """Set dynamic properties that also colour what is inside the widget."""
    if mark(widget, **properties):
        for inner in widget.findChildren(QWidget):
            _restyle(inner)


def _restyle(widget: QWidget) -> None:
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return  # Qt styles it when it is first shown.
    # Polishing forgets the rules that held before; unpolishing first would only take longer.
    widget.style().polish(widget)
    widget.update()
