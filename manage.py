#!/usr/bin/env python
"""Django's command line, with start-up troubles told in one sentence."""

import os
import sys

from django.core.management import execute_from_command_line
from environs.exceptions import EnvError

from portal.start_errors import CannotStartError

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    try:
        execute_from_command_line(sys.argv)
    except CannotStartError as error:
        sys.exit(f"{error}")
    except EnvError as error:
        sys.exit(f"{error} (.env.example lists what a deployment must set; DEMO=1 needs nothing)")
