"""Hashes the secrets of cases and bookings, and gives every row a random key for its links.

The tables are rewritten instead of updated: an UPDATE would leave the clear secrets in dead rows until they are vacuumed.
"""

import hashlib
from typing import Any

import django.contrib.postgres.functions
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

BLOCK = 64

REWRITE = """
    ALTER TABLE complaints_case
        ALTER COLUMN secret DROP NOT NULL,
        ALTER COLUMN secret TYPE bytea USING sha256(
            decode(current_setting('motcua.outer_pad'), 'hex') || sha256(
                decode(current_setting('motcua.inner_pad'), 'hex') || convert_to(code || ':' || upper(secret), 'UTF8')
            )
        ),
        ADD COLUMN link_key uuid NOT NULL DEFAULT gen_random_uuid();
    ALTER TABLE complaints_case RENAME COLUMN secret TO secret_hash;
    ALTER TABLE complaints_booking
        ALTER COLUMN secret DROP NOT NULL,
        ALTER COLUMN secret TYPE bytea USING sha256(
            decode(current_setting('motcua.outer_pad'), 'hex') || sha256(
                decode(current_setting('motcua.inner_pad'), 'hex') || convert_to(code || ':' || upper(secret), 'UTF8')
            )
        ),
        ADD COLUMN link_key uuid NOT NULL DEFAULT gen_random_uuid();
    ALTER TABLE complaints_booking RENAME COLUMN secret TO secret_hash;
"""


def set_pads(apps: Any, schema_editor: Any) -> None:
    """The two paddings of HMAC-SHA256 as settings of this transaction, so that no statement holds the key."""
    key = settings.SECRET_HASH_KEYS[0].encode()
    key = (hashlib.sha256(key).digest() if len(key) > BLOCK else key).ljust(BLOCK, b"\0")
    inner, outer = (bytes(sign ^ pad for sign in key).hex() for pad in (0x36, 0x5C))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('motcua.inner_pad', %s, true), set_config('motcua.outer_pad', %s, true)", [inner, outer]
        )


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_rules")]

    operations = [
        migrations.RunPython(set_pads),
        migrations.RunSQL(
            REWRITE,
            state_operations=[
                migrations.RemoveField("case", "secret"),
                migrations.AddField(
                    "case",
                    "secret_hash",
                    models.BinaryField(max_length=32, null=True, verbose_name="mã tra cứu, đã băm"),
                ),
                migrations.AddField(
                    "case",
                    "link_key",
                    models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
                ),
                migrations.RemoveField("booking", "secret"),
                migrations.AddField(
                    "booking",
                    "secret_hash",
                    models.BinaryField(max_length=32, null=True, verbose_name="mã tra cứu, đã băm"),
                ),
                migrations.AddField(
                    "booking",
                    "link_key",
                    models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
                ),
            ],
        ),
        migrations.AddConstraint(
            "case",
            models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func(models.F("secret_hash"), function="octet_length", output_field=models.IntegerField()),
                    32,
                ),
                name="case_secret_is_hashed",
            ),
        ),
        migrations.AddConstraint(
            "booking",
            models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func(models.F("secret_hash"), function="octet_length", output_field=models.IntegerField()),
                    32,
                ),
                name="booking_secret_is_hashed",
            ),
        ),
    ]
