"""PnR's widgets and model pages in Python notebooks. It needs the package anywidget (pip install anywidget).

The files come from Node: the JSON of a widget, such as JSON.stringify(attention(trace)), or a page that `pnr page` wrote.
"""

import json
from functools import cache
from pathlib import Path

import anywidget
import traitlets

_MODULE = Path(__file__).resolve().parents[2] / "dist/widgets/anywidget.bundle.mjs"


@cache
def _module() -> str:
    if not _MODULE.exists():
        raise FileNotFoundError(f"{_MODULE}: no such file; build it with npm run build")
    return _MODULE.read_text(encoding="utf-8")


class _Content(anywidget.AnyWidget):
    content = traitlets.Dict().tag(sync=True)


def _show(content: dict) -> _Content:
    _Content._esm = _module()
    return _Content(content=content)


def show(path: str | Path) -> _Content:
    """Returns the widget stored in a JSON file, to be the last value of a cell.

    Raises ValueError if the file is not JSON of a widget.
    """
    text = Path(path).read_text(encoding="utf-8")
    try:
        stored = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"{path}: is not JSON: {error}") from None
    if not isinstance(stored, dict) or "widget" not in stored or "packed" not in stored:
        raise ValueError(f"{path}: is not a stored widget; write JSON.stringify(attention(trace)) or another widget to it")
    return _show({"widget": text})


def show_page(path: str | Path, height: int = 700) -> _Content:
    """Returns a page of `pnr page` in a frame of this height in pixels. The model runs in the notebook, without a network."""
    return _show({"page": Path(path).read_text(encoding="utf-8"), "height": height})
