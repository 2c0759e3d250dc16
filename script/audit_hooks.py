"""What schemathesis changes in the requests it made up; loaded by it, with its own Python (script/audit.py).

AUDIT_KNOWN names a JSON file: `headers` and `cookies` of the role, and `choices`: path of the description → a list of
`path_parameters`, `query` and `body` that exist together. Three of four requests get one of these, so that they reach
what lies behind a 404; the others stay as they were made up.
"""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import schemathesis

KNOWN = json.loads(Path(os.environ["AUDIT_KNOWN"]).read_text())
RANDOM = Random(1)


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    case.headers.update(KNOWN["headers"])
    case.cookies = dict(KNOWN["cookies"])
    choices = KNOWN["choices"].get(case.operation.path)
    if not choices or not RANDOM.randrange(4):
        return
    chosen = RANDOM.choice(choices)
    for part in ("path_parameters", "query"):
        if part in chosen:
            setattr(case, part, dict(getattr(case, part) or {}) | chosen[part])
    if "body" in chosen and isinstance(case.body, dict):
        case.body = chosen["body"] if RANDOM.randrange(2) else case.body | chosen["body"]
