"""How many random inputs a test tries: few by default, many where `WALK_STEPS` is given, as in `.ci/run`."""

import os

from hypothesis import settings

IS_DEEP = "WALK_STEPS" in os.environ


def set_depth() -> None:
    settings.register_profile("portal", deadline=None, max_examples=100 if IS_DEEP else 10)
    settings.load_profile("portal")
