"""The law as rows: dated sets of rules, the grounds an act may name, and what a case may be about."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.clock.rules import RULE_NAMES, Rules
from complaints.models.labels import KIND_LABELS
from units.texts.wording import is_english

KINDS = [(kind.value, label) for kind, label in KIND_LABELS.items()]


def check_rules(value: Any) -> None:
    """Raises ValidationError for what is no set of rules, or has names that are not read."""
    try:
        _check_read(value, Rules.from_json(value))
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise ValidationError(_("Bộ thời hạn không đọc được.")) from wrong


def _check_read(value: dict[str, Any], rules: Rules) -> None:
    """A misspelt name would silently leave a term out; amounts are whole."""
    terms = [rules.check, *rules.settle.values(), *rules.extensions]
    if set(value) - set(RULE_NAMES) or any(not isinstance(term.amount, int) for term in terms):
        raise ValueError("a set of rules with unknown names or broken amounts")


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    def in_force(self, kind: str, on: date) -> Self:
        """Those of a kind that began on or before a local day, the latest first: the first one is in force."""
        return self.filter(kind=kind, valid_from__lte=on).order_by("-valid_from")


class RuleSet(models.Model):
    """Terms for one kind of case from a local day on, until the next set of that kind. `rules` as `Rules.as_json`."""

    kind = models.CharField(_("loại"), max_length=20, choices=KINDS)
    valid_from = models.DateField(_("từ ngày"))
    source = models.CharField(_("căn cứ"), max_length=300)
    rules = models.JSONField(_("thời hạn"), validators=[check_rules])

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("bộ thời hạn")
        verbose_name_plural = _("bộ thời hạn")
        ordering = ["kind", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="rule_set_once"),
            models.CheckConstraint(condition=~Q(source=""), name="rule_set_has_its_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.valid_from:%d/%m/%Y}"

    @property
    def terms(self) -> Rules:
        return Rules.from_json(self.rules)


class Ground(models.Model):
    """A reason that the law knows for an act: not accepting, calling a case complex, suspending it."""

    class Use(models.TextChoices):
        NOT_ACCEPTED = "not_accepted", _("Không thụ lý")
        COMPLEX = "complex", _("Phức tạp")
        SUSPEND = "suspend", _("Tạm đình chỉ")

    kind = models.CharField(_("loại"), max_length=20, choices=KINDS)
    use = models.CharField(_("dùng để"), max_length=12, choices=Use.choices)
    code = models.SlugField(_("mã"), max_length=40)
    text = models.CharField(_("nội dung"), max_length=300)
    text_en = models.CharField(_("tiếng Anh"), max_length=300)
    source = models.CharField(_("căn cứ"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("căn cứ")
        verbose_name_plural = _("căn cứ")
        ordering = ["kind", "use", "pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "use", "code"], name="ground_once")]

    def __str__(self) -> str:
        return self.text_en if is_english(get_language() or "vi") else self.text


class Category(models.Model):
    """What a case is about. Public ones may be chosen by anybody, also by Open311 clients (`code`: service code)."""

    code = models.SlugField(_("mã"), max_length=40, unique=True)
    group = models.CharField(_("nhóm"), max_length=80)
    group_en = models.CharField(_("nhóm, tiếng Anh"), max_length=80, blank=True, default="")
    name = models.CharField(_("tên"), max_length=120)
    name_en = models.CharField(_("tiếng Anh"), max_length=120)
    hint = models.CharField(_("gợi ý"), max_length=300, blank=True)
    hint_en = models.CharField(_("gợi ý tiếng Anh"), max_length=300, blank=True)
    kind = models.CharField(_("loại"), max_length=20, choices=KINDS)
    is_public = models.BooleanField(_("công khai"), default=True)
    keywords = models.CharField(_("từ khóa"), max_length=300, blank=True)
    order = models.PositiveSmallIntegerField(_("thứ tự"), default=0)

    class Meta:
        verbose_name = _("lĩnh vực phản ánh")
        verbose_name_plural = _("lĩnh vực phản ánh")
        ordering = ["order", "name"]
        constraints = [
            models.CheckConstraint(
                name="category_public_is_no_secret",
                condition=Q(is_public=False) | ~Q(kind__in=["grievance", "denunciation", "denunciation_info"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name_en if is_english(get_language() or "vi") else self.name

    @property
    def group_name(self) -> str:
        """In the language of the page; the official one where nobody gave another."""
        return self.group_en if self.group_en and is_english(get_language() or "vi") else self.group
