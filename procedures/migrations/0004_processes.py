"""Internal processes get editions, an approval, parallel steps and steps at other offices."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What the steps of before belong to: one approved process for each version that has any.
GATHER = """
INSERT INTO procedures_process (version_id, edition, number, decision, approver, approved_on)
SELECT DISTINCT step.version_id, 1, 'QT-MẪU', 'Quy trình mẫu kèm danh mục, chờ quy trình được phê duyệt thay thế',
    'Danh mục thủ tục', lower(version.valid)
FROM procedures_processstep AS step JOIN procedures_procedureversion AS version ON version.id = step.version_id;
UPDATE procedures_process SET approved_on = CURRENT_DATE WHERE approved_on IS NULL;
UPDATE procedures_processstep AS step SET process_id = process.id
FROM procedures_process AS process WHERE process.version_id = step.version_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""

DROP_OLD = """
DROP TRIGGER version_process_within_term ON procedures_procedureversion;
DROP TRIGGER process_within_term ON procedures_processstep;
DROP FUNCTION procedures_check_process();
"""

# Steps side by side share a group above 0 and count once, by the longest. Every edition is checked, drafts too.
RULE = """
CREATE FUNCTION procedures_process_hours(process bigint) RETURNS bigint STABLE LANGUAGE sql AS $$
    SELECT coalesce(sum(hours), 0) FROM (
        SELECT max(hours) AS hours FROM procedures_processstep WHERE process_id = process
        GROUP BY CASE WHEN "group" = 0 THEN -position - 1 ELSE "group" END
    ) AS turn
$$;

CREATE FUNCTION procedures_check_process() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    row jsonb := to_jsonb(NEW);
BEGIN
    IF EXISTS (
        SELECT FROM procedures_process AS process
        JOIN procedures_procedureversion AS version ON version.id = process.version_id
        WHERE CASE TG_TABLE_NAME
            WHEN 'procedures_processstep' THEN process.id = (row ->> 'process_id')::bigint
            ELSE process.version_id = (row ->> 'id')::bigint
        END
            AND version.term_amount IS NOT NULL
            AND procedures_term_hours(version.term_amount, version.term_unit) < procedures_process_hours(process.id)
    ) THEN
        RAISE check_violation USING
            MESSAGE = 'the internal process takes longer than the term',
            CONSTRAINT = 'process_within_term';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER process_within_term
    AFTER INSERT OR UPDATE ON procedures_processstep DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION procedures_check_process();
CREATE CONSTRAINT TRIGGER version_process_within_term
    AFTER UPDATE OF term_amount, term_unit ON procedures_procedureversion DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION procedures_check_process();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0003_term_unit_labels"),
        ("units", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(DROP_OLD, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Process",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "edition",
                    models.PositiveSmallIntegerField(
                        default=1,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="lần ban hành",
                    ),
                ),
                ("number", models.CharField(blank=True, max_length=60, verbose_name="mã quy trình")),
                ("decision", models.CharField(blank=True, max_length=200, verbose_name="quyết định phê duyệt")),
                ("approver", models.CharField(blank=True, max_length=200, verbose_name="người phê duyệt")),
                (
                    "approved_on",
                    models.DateField(blank=True, editable=False, null=True, verbose_name="ngày phê duyệt"),
                ),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="người ghi phê duyệt",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="processes",
                        to="procedures.procedureversion",
                        verbose_name="phiên bản thủ tục",
                    ),
                ),
            ],
            options={
                "verbose_name": "quy trình nội bộ",
                "verbose_name_plural": "quy trình nội bộ",
                "ordering": ["version", "-edition"],
            },
        ),
        migrations.AddField(
            "processstep",
            "process",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="procedures.process"),
        ),
        migrations.RunSQL(GATHER, migrations.RunSQL.noop),
        migrations.RemoveConstraint("processstep", "process_position_once"),
        migrations.RemoveField("processstep", "version"),
        migrations.AlterField(
            "processstep",
            "process",
            models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="procedures.process",
                verbose_name="quy trình nội bộ",
            ),
        ),
        migrations.AlterModelOptions(
            "processstep",
            options={"ordering": ["position"], "verbose_name": "bước nội bộ", "verbose_name_plural": "bước nội bộ"},
        ),
        migrations.AddField(
            "processstep", "group", models.PositiveSmallIntegerField(default=0, verbose_name="đợt song song")
        ),
        migrations.AddField(
            "processstep", "owner", models.CharField(blank=True, max_length=200, verbose_name="người thực hiện")
        ),
        migrations.AddField(
            "processstep", "record", models.CharField(blank=True, max_length=200, verbose_name="hồ sơ lưu")
        ),
        migrations.AddField(
            "processstep",
            "unit",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="units.unit",
                verbose_name="đơn vị",
            ),
        ),
        migrations.AlterField(
            "processstep",
            "place",
            models.CharField(
                choices=[
                    ("desk", "Bộ phận một cửa"),
                    ("handler", "Đơn vị giải quyết"),
                    ("leader", "Lãnh đạo cơ quan"),
                    ("partner", "Cơ quan khác"),
                ],
                max_length=10,
                verbose_name="nơi làm",
            ),
        ),
        migrations.AddConstraint(
            "process", models.UniqueConstraint(fields=("version", "edition"), name="process_edition_once")
        ),
        migrations.AddConstraint(
            "process",
            models.CheckConstraint(
                condition=models.Q(
                    ("approved_on", None),
                    models.Q(
                        models.Q(("number", ""), _negated=True),
                        models.Q(("decision", ""), _negated=True),
                        models.Q(("approver", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="process_approval_is_whole",
            ),
        ),
        migrations.AddConstraint(
            "processstep",
            models.UniqueConstraint(fields=("process", "position"), name="process_position_once"),
        ),
        migrations.AddConstraint(
            "processstep",
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(("place", "partner"), ("unit__isnull", False)),
                    models.Q(models.Q(("place", "partner"), _negated=True), ("unit", None)),
                    _connector="OR",
                ),
                name="process_partner_has_its_unit",
                violation_error_message="Bước ở cơ quan khác cần ghi đơn vị; bước khác thì không.",
            ),
        ),
        migrations.RunSQL(RULE, migrations.RunSQL.noop),
    ]
