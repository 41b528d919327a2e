"""``returnstation scan``: what codes are in pictures, and what a scan's text means."""

import argparse
import sys
from pathlib import Path
from typing import Any

import msgspec

from returnstation.domain.barcodes import Barcode, UnreadableBarcode, parse_barcode


def add_commands(commands: Any) -> None:
    """Add ``scan``."""
    parser = commands.add_parser("scan", help="read the codes in pictures, or interpret a text")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="pictures")
    parser.add_argument("--text", help="interpret the text of one scan")
    parser.add_argument("--jsonl", action="store_true", help="one JSON object per line")
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    if args.text is None and not args.files:
        print("returnstation: scan: give pictures, or --text", file=sys.stderr)
        return 2
    answers = [_of_text(args.text)] if args.text is not None else []
    answers += [_of_picture(file) for file in args.files]
    for answer in answers:
        print(msgspec.json.encode(answer).decode() if args.jsonl or args.json else _as_text(answer))
    return 1 if any("error" in answer for answer in answers) else 0


def _of_text(text: str) -> dict[str, Any]:
    try:
        return {"text": text, "meanings": _meanings(parse_barcode(text))}
    except UnreadableBarcode as bad:
        return {"text": text[:80], "error": {"code": f"scan-{bad.code}", "message": str(bad)}}


def _of_picture(file: Path) -> dict[str, Any]:
    from returnstation.scanning.pictures import BadPicture, read_picture

    try:
        found = read_picture(file.read_bytes())
    except OSError as error:
        return {"file": str(file), "error": {"code": "file-unreadable", "message": str(error)}}
    except BadPicture as bad:
        return {"file": str(file), "error": {"code": f"picture-{bad.code}", "message": str(bad)}}
    codes = [
        {"text": code.text, "symbology": code.symbology, "format": code.format}
        | _of_text(code.scan_text)
        for code in found.codes
    ]
    return {"file": str(file), "codes": codes, "hint": found.hint}


def _meanings(barcode: Barcode) -> list[dict[str, Any]]:
    return [
        {
            "kind": found.kind.value,
            "value": found.value,
            "sure": found.is_sure,
            "carrier": found.carrier,
        }
        for found in barcode.candidates
    ]


def _as_text(answer: dict[str, Any]) -> str:
    head = str(answer.get("file") or answer.get("text"))
    if "error" in answer:
        return f"{head}: {answer['error']['code']}"
    if "codes" in answer:
        lines = [_as_text(code) for code in answer["codes"]] or ["no code"]
        return "\n  ".join([f"{head}:", *lines])
    meanings = ", ".join(
        f"{m['kind']} {m['value']}" + (" (sure)" if m["sure"] else "") for m in answer["meanings"]
    )
    return f"{head}: {meanings}"
