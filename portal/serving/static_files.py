"""Static files: hashed names for all, compression only for what citizens download."""

from collections.abc import Iterable, Iterator
from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage

# Compressing these took 40 s at the first start, for pages that only staff and developers open.
NOT_COMPRESSED = ("admin/", "drf_spectacular_sidecar/", "rest_framework/", "django_filters/")


class PortalStaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # comes without types
    """WhiteNoise's storage that leaves the bulky packages' files uncompressed."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        ours: Any = [path for path in paths if not path.startswith(NOT_COMPRESSED)]
        yield from super().compress_files(ours)
