from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("complaints", "0014_calls_go_on"),
        ("units", "0008_who_takes_over"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="mail",
            name="mail_has_its_case",
        ),
        migrations.AddField(
            model_name="mail",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="mail",
            name="fate",
            field=models.CharField(
                choices=[
                    ("case", "Thành vụ việc"),
                    ("thread", "Thêm vào vụ việc"),
                    ("aside", "Chờ người xem"),
                    ("ignored", "Bỏ qua"),
                    ("dismissed", "Không nhận"),
                    ("waiting", "Chờ máy đọc"),
                ],
                max_length=10,
                verbose_name="tình trạng",
            ),
        ),
        migrations.AlterField(
            model_name="mail",
            name="why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("automatic", "Thư trả lời tự động"),
                    ("bounce", "Thư báo không gửi được"),
                    ("list", "Thư gửi hàng loạt"),
                    ("own", "Thư của chính cổng này"),
                    ("no_sender", "Không có người gửi"),
                    ("broken", "Thư hỏng, không đọc được hết"),
                    ("charset", "Không rõ bảng mã chữ"),
                    ("html", "Chỉ có dạng trang web, không có chữ thường"),
                    ("crowd", "Gửi cho quá nhiều người"),
                    ("unfit", "Có tệp kèm không nhận được"),
                    ("too_large", "Quá lớn"),
                    ("wordless", "Không đủ lời để hiểu"),
                    ("flood", "Một người gửi quá nhiều thư"),
                    ("names_case", "Nêu một mã vụ việc mà không phải thư trả lời của người gửi"),
                    ("reused", "Trùng mã thư mà khác nội dung"),
                    ("failed", "Máy đọc ba lần không xong"),
                    ("nobody", "Chưa có người tiếp nhận"),
                ],
                max_length=12,
                verbose_name="lý do",
            ),
        ),
        migrations.AddIndex(
            model_name="mail",
            index=models.Index(condition=models.Q(("fate", "waiting")), fields=["arrived_at"], name="mail_waiting"),
        ),
        migrations.AddConstraint(
            model_name="mail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case__isnull", False), ("fate__in", ["case", "thread"])),
                    models.Q(("case", None), ("fate__in", ["aside", "ignored", "dismissed", "waiting"])),
                    _connector="OR",
                ),
                name="mail_has_its_case",
            ),
        ),
    ]
