"""A code that could not be an address breaks the pages that lead to it; two that differ by case are one to a person."""

from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Upper

from procedures.codes import check_code

WRONG = "Chỉ gồm chữ không dấu, chữ số, dấu chấm và gạch nối; có ít nhất một chữ số và không kết thúc như tên tệp."


class Migration(migrations.Migration):
    dependencies = [("procedures", "0019_more_changes")]

    operations = [
        migrations.AlterField(
            model_name="procedure",
            name="ref",
            field=models.CharField(
                max_length=60, unique=True, validators=[check_code], verbose_name="mã dùng trên cổng"
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.CheckConstraint(
                condition=Q(ref__regex=r"^[0-9A-Za-z][0-9A-Za-z.-]*$")
                & Q(ref__regex="[0-9]")
                & ~Q(ref__iregex=r"\.(ttl|jsonld|pdf)$"),
                name="procedure_ref_is_an_address",
                violation_error_message=WRONG,
            ),
        ),
        migrations.AddConstraint(
            model_name="procedure",
            constraint=models.UniqueConstraint(
                Upper("ref"),
                name="procedure_ref_once_in_any_case",
                violation_error_message="Mã này đã có trên cổng.",
            ),
        ),
    ]
