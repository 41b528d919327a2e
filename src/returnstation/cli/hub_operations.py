"""``returnstation hub check|openapi|audit-…|backup|restored``: for who runs it."""

import argparse
import secrets
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from returnstation.application.troubles import Trouble
from returnstation.cli.hub_opening import hub_of, say
from returnstation.hub.audit import Proof, export, verify
from returnstation.hub.checking import check
from returnstation.hub.lost_keys import forget_again, give_up
from returnstation.hub.restoring import back_up, begin_anew
from returnstation.wire.keys import KEY_BYTES

_OK, _BROKEN = 0, 1
_GENERATION_BYTES = 9


def add_commands(acts: Any) -> None:
    """Add what an operator needs to the acts of ``hub``."""
    acts.add_parser("check", help="prove all logs, and see what waits").set_defaults(run=_check)
    acts.add_parser("openapi", help="print the OpenAPI document").set_defaults(run=_openapi)
    exporting = acts.add_parser("audit-export", help="write all facts into a file to be proved")
    exporting.add_argument("--out", type=Path, required=True, metavar="FILE")
    exporting.set_defaults(run=_export)
    verifying = acts.add_parser("audit-verify", help="prove a file of audit-export")
    verifying.add_argument("file", type=Path, metavar="FILE")
    verifying.add_argument(
        "--key",
        type=_public_key,
        metavar="HEX",
        help="the hub's public key, as audit-export prints it",
    )
    verifying.set_defaults(run=_verify)
    backing_up = acts.add_parser(
        "backup", help="copy a SQLite hub.db and its keys while the hub works"
    )
    backing_up.add_argument("file", type=Path, metavar="FILE", help="replaced if it is there")
    backing_up.set_defaults(run=_backup)
    restored = acts.add_parser(
        "restored", help="after a backup was put back: have everybody begin anew"
    )
    restored.add_argument(
        "--without-keys",
        action="store_true",
        help="the keys are lost: forget what is sealed with them",
    )
    restored.set_defaults(run=_restored)


def _check(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    code = _OK
    with closing(hub.database):
        for finding in check(hub):
            word = "ok" if finding.is_good else "BROKEN" if finding.is_broken else "look"
            say(args, msgspec.to_builtins(finding), f"{word:7}{finding.about}: {finding.what}")
            code = _BROKEN if finding.is_broken else code
    return code


def _openapi(args: argparse.Namespace) -> int:
    from returnstation.cli.hub_terms import check_terms
    from returnstation.hub.merchant_api import MerchantDesk
    from returnstation.hub.openapi import encoded
    from returnstation.hub.webhook_sending import Guard

    hub = hub_of(args)
    with closing(hub.database):
        content = encoded(MerchantDesk(hub, check_terms, Guard()).operations())
    print(msgspec.json.format(content, indent=2).decode())
    return _OK


def _export(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        count = export(hub, args.out)
        key = hub.keys.public.hex()
    say(args, {"facts": count, "key": key}, f"{args.out}: {count} facts, key {key}")
    return _OK


def _public_key(text: str) -> str:
    try:
        size = len(bytes.fromhex(text))
    except ValueError as odd:
        raise argparse.ArgumentTypeError("no hexadecimal digits") from odd
    if size != KEY_BYTES:
        raise argparse.ArgumentTypeError(f"{size} bytes; a key has {KEY_BYTES}, each two digits")
    return text


def _verify(args: argparse.Namespace) -> int:
    try:
        with args.file.open("rb") as file:
            proof = verify(file, args.key or "")
    except OSError as error:
        raise Trouble("file-unreadable", file=str(args.file)) from error
    say(args, msgspec.to_builtins(proof), _as_text(proof))
    if proof.bad is not None:
        print(f"returnstation: audit-broken: line {proof.bad} is {proof.why}", file=sys.stderr)
        return _BROKEN
    return _OK


def _backup(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        keys = back_up(hub.database, args.file)
    row = {"file": str(args.file), "keys": None if keys is None else str(keys)}
    say(args, row, "\n".join(str(each) for each in (args.file, keys) if each is not None))
    return _OK


def _restored(args: argparse.Namespace) -> int:
    hub = hub_of(args)
    with closing(hub.database):
        generation = secrets.token_urlsafe(_GENERATION_BYTES)
        given_up = give_up(hub.database, hub.now_ms()) if args.without_keys else 0
        again = forget_again(hub.database, hub.now_ms())
        begin_anew(hub.database, generation)
        # Keys drawn since the backup are lost; stations that trust them follow from those before.
        hub.change_keys()
    row = {"generation": generation, "forgotten_again": again, "given_up": given_up}
    say(args, row, generation)
    print("Restart every process of the hub now.", file=sys.stderr)
    return _OK


def _as_text(proof: Proof) -> str:
    state = "whole" if proof.bad is None else f"broken at line {proof.bad} ({proof.why})"
    return f"{proof.facts} facts, {state}"
