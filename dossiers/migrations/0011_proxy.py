"""Foreigners among applicants, and who hands in for somebody else."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0009_papers_stay")]

    operations = [
        migrations.AddField(
            model_name="dossier",
            name="applicant_nationality",
            field=models.CharField(blank=True, db_default="", default="", max_length=60, verbose_name="quốc tịch"),
        ),
        migrations.AlterField(
            model_name="dossier",
            name="applicant_kind",
            field=models.CharField(
                choices=[
                    ("person", "Cá nhân"),
                    ("foreigner", "Người nước ngoài"),
                    ("organisation", "Tổ chức, doanh nghiệp"),
                ],
                default="person",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="dossier",
            name="applicant_id",
            field=models.CharField(blank=True, max_length=20, verbose_name="số căn cước, hộ chiếu hoặc mã số thuế"),
        ),
        migrations.AddConstraint(
            model_name="dossier",
            constraint=models.CheckConstraint(
                condition=Q(applicant_nationality="") | Q(applicant_kind="foreigner"),
                name="dossier_nationality_of_a_foreigner",
            ),
        ),
        migrations.CreateModel(
            name="ProxyRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="họ và tên")),
                ("id_number", models.CharField(max_length=20, verbose_name="số giấy tờ")),
                (
                    "paper",
                    models.CharField(
                        choices=[
                            ("authorisation", "Giấy ủy quyền"),
                            ("contract", "Hợp đồng ủy quyền"),
                            ("introduction", "Giấy giới thiệu"),
                            ("guardian", "Giấy tờ chứng minh là người đại diện"),
                        ],
                        max_length=16,
                        verbose_name="giấy tờ",
                    ),
                ),
                ("paper_number", models.CharField(blank=True, max_length=60, verbose_name="số của giấy")),
                ("paper_dated", models.DateField(verbose_name="ngày của giấy")),
                (
                    "dossier",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proxy_record",
                        to="dossiers.dossier",
                    ),
                ),
            ],
            options={
                "verbose_name": "người nộp thay",
                "verbose_name_plural": "người nộp thay",
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(name="") & ~Q(id_number="") & ~Q(paper=""), name="proxy_is_whole"
                    )
                ],
            },
        ),
    ]
