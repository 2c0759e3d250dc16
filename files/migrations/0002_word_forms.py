from django.db import migrations, models
from django.db.models import Q

DOCUMENTS = Q(kind__in=["pdf", "docx"], pixels=None)
PICTURES = Q(kind__in=["jpeg", "png", "tiff"], pixels__isnull=False, pixels__gt=0)


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="storedfile",
            name="kind",
            field=models.CharField(
                choices=[("pdf", "PDF"), ("jpeg", "JPEG"), ("png", "PNG"), ("tiff", "TIFF"), ("docx", "Word")],
                max_length=4,
                verbose_name="loại",
            ),
        ),
        migrations.RemoveConstraint(model_name="storedfile", name="file_pixels_of_pictures"),
        migrations.AddConstraint(
            model_name="storedfile",
            constraint=models.CheckConstraint(condition=DOCUMENTS | PICTURES, name="file_pixels_of_pictures"),
        ),
    ]
