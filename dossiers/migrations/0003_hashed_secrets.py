"""Hashes the secrets of dossiers, gives every row a random key for its links, and takes the secrets out of slips.

The tables are rewritten instead of updated: an UPDATE would leave the clear secrets in dead rows until they are vacuumed,
and costs more than one rewrite.
"""

import hashlib
from pathlib import Path
from typing import Any

import django.contrib.postgres.functions
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

RULES = Path(__file__).parent / "rules"
BLOCK = 64

REWRITE_DOSSIERS = """
    DROP TRIGGER dossier_keeps_identity ON dossiers_dossier;
    ALTER TABLE dossiers_dossier
        ALTER COLUMN secret DROP NOT NULL,
        ALTER COLUMN secret TYPE bytea USING sha256(
            decode(current_setting('motcua.outer_pad'), 'hex') || sha256(
                decode(current_setting('motcua.inner_pad'), 'hex') || convert_to(code || ':' || upper(secret), 'UTF8')
            )
        ),
        ADD COLUMN link_key uuid NOT NULL DEFAULT gen_random_uuid();
    ALTER TABLE dossiers_dossier RENAME COLUMN secret TO secret_hash;
"""
REWRITE_SLIPS = """
    DROP TRIGGER slip_stays ON dossiers_slip;
    ALTER TABLE dossiers_slip ALTER COLUMN data TYPE jsonb USING data - 'secret';
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
    dependencies = [("dossiers", "0002_rules")]

    operations = [
        migrations.RunPython(set_pads),
        migrations.RunSQL(
            REWRITE_DOSSIERS,
            state_operations=[
                migrations.RemoveField("dossier", "secret"),
                migrations.AddField(
                    "dossier",
                    "secret_hash",
                    models.BinaryField(max_length=32, null=True, verbose_name="mã tra cứu, đã băm"),
                ),
                migrations.AddField(
                    "dossier",
                    "link_key",
                    models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False),
                ),
            ],
        ),
        migrations.RunSQL((RULES / "identity_2.sql").read_text()),
        migrations.RunSQL(REWRITE_SLIPS),
        migrations.RunSQL((RULES / "slips_2.sql").read_text()),
        migrations.AddConstraint(
            "dossier",
            models.CheckConstraint(
                condition=django.db.models.lookups.Exact(
                    models.Func(models.F("secret_hash"), function="octet_length", output_field=models.IntegerField()),
                    32,
                ),
                name="dossier_secret_is_hashed",
            ),
        ),
        migrations.AddConstraint(
            "slip",
            models.CheckConstraint(
                condition=models.Q(("data__has_key", "secret"), _negated=True), name="slip_holds_no_secret"
            ),
        ),
    ]
