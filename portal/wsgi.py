"""Django's WSGI application, which the web server runs behind `portal.serving.gateway`."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from portal.checks import refuse_unsafe_start
from portal.database.watching import Limits, watch_this_process
from portal.memory import close_memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
refuse_unsafe_start()
if not settings.DEMO:  # there the drills measure memory
    close_memory()
watch_this_process(Limits())
# All pages are loaded now and stay. Looking through them again costs the collector a tenth of a second, in the middle
# of somebody's page.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
