"""What went wrong, to a program (RFC 9457)."""

from typing import Any, Final

from rest_framework import serializers

PROBLEM: Final = "application/problem+json"


class Problem(serializers.Serializer[Any]):
    """`detail` is a sentence; with status 400 a list of sentences stands under the name of each parameter instead."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
