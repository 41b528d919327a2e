"""``returnstation scan``: what codes are in pictures, and what a scan's text means."""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from returnstation.domain.barcodes import Barcode, BarcodeReader, UnreadableBarcode, best_of
from returnstation.i18n import Catalog, load_catalog
from returnstation.settings import home_folder
from returnstation.sitedata import load_patterns


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
    reader = BarcodeReader(load_patterns(home_folder(args.home)))
    answers = [_of_text(args.text, reader)] if args.text is not None else []
    answers += [_of_picture(file, reader) for file in args.files]
    words = _Words(load_catalog(args.lang))
    for answer in answers:
        if args.jsonl or args.json:
            print(msgspec.json.encode(answer).decode())
        else:
            print(words.of(answer))
    return 1 if any("error" in answer for answer in answers) else 0


def _of_text(text: str, reader: BarcodeReader) -> dict[str, Any]:
    try:
        barcode = reader.read(text)
    except UnreadableBarcode as bad:
        # Half a character, which a file's name may hold, is no JSON.
        shown = text[:80].encode(errors="replace").decode()
        return {"text": shown, "error": {"code": f"scan-{bad.code}", "message": str(bad)}}
    return {
        "text": text,
        "meanings": _meanings(barcode),
        "detail": dict(barcode.detail),
        "unknown": [{"ai": name or None, "value": value} for name, value in barcode.unknown],
    }


def _of_picture(file: Path, reader: BarcodeReader) -> dict[str, Any]:
    from returnstation.scanning.pictures import BadPicture, read_picture

    try:
        found = read_picture(file.read_bytes())
    except OSError as error:
        return {"file": str(file), "error": {"code": "file-unreadable", "message": str(error)}}
    except BadPicture as bad:
        return {"file": str(file), "error": {"code": f"picture-{bad.code}", "message": str(bad)}}
    codes = [
        {"text": code.text, "symbology": code.symbology, "format": code.format}
        | _of_text(code.scan_text, reader)
        for code in found.codes
    ]
    scans = [code.scan_text for code in found.codes]
    return {"file": str(file), "codes": codes, "hint": found.hint} | _chosen(scans, reader)


def _chosen(scans: Sequence[str], reader: BarcodeReader) -> dict[str, Any]:
    choice = best_of(list(_read(scans, reader)))
    return {
        "used": [barcode.scan_text for barcode in choice.best],
        "passed_over": [
            {"text": barcode.scan_text, "why": why.value} for barcode, why in choice.others
        ],
    }


def _read(scans: Sequence[str], reader: BarcodeReader) -> Iterator[Barcode]:
    for scan in scans:
        try:
            yield reader.read(scan)
        except UnreadableBarcode:
            continue


def _meanings(barcode: Barcode) -> list[dict[str, Any]]:
    return [
        {
            "kind": found.kind.value,
            "value": found.value,
            "sure": found.is_sure,
            "carrier": found.carrier,
            "service": found.service,
        }
        for found in barcode.candidates
    ]


@dataclass(frozen=True, slots=True)
class _Words:
    """Says an answer to a person."""

    catalog: Catalog

    def of(self, answer: Mapping[str, Any]) -> str:
        """Return an answer as lines."""
        head = str(answer.get("file") or answer.get("text"))
        if "error" in answer:
            return f"{head}: {answer['error']['code']}"
        if "codes" not in answer:
            return "\n  ".join([f"{head}:", *self._lines(answer)])
        codes = [self.of(code).replace("\n", "\n  ") for code in answer["codes"]]
        used = [self.catalog.text("code.used", text=text) for text in answer["used"]]
        passed = [
            self.catalog.text("code.passed-over", text=each["text"], why=self._why(each["why"]))
            for each in answer["passed_over"]
        ]
        lines = [*codes, *used, *passed] or [self.catalog.text("code.none")]
        return "\n  ".join([f"{head}:", *lines])

    def _lines(self, answer: Mapping[str, Any]) -> Iterator[str]:
        for meaning in answer["meanings"]:
            yield self._meaning(meaning)
        for name, value in answer["detail"].items():
            yield f"{name}: {value}"
        for left in answer["unknown"]:
            text = f"({left['ai']}) {left['value']}" if left["ai"] else left["value"]
            yield self.catalog.text("code.unknown", text=text)

    def _meaning(self, meaning: Mapping[str, Any]) -> str:
        kind = self._word(f"kind.{meaning['kind']}", meaning["kind"])
        told = [
            self._word(f"{family}.{meaning[family]}", meaning[family])
            for family in ("carrier", "service")
            if meaning[family]
        ]
        proof = self.catalog.text("code.sure" if meaning["sure"] else "code.guess")
        return f"{kind} {meaning['value']} ({', '.join([*told, proof])})"

    def _why(self, code: str) -> str:
        return self._word(f"passed-over.{code}", code)

    def _word(self, key: str, otherwise: str) -> str:
        # A site's own carriers and services have no text of ours.
        return self.catalog.text(key) if self.catalog.find((None, key)) else otherwise
