"""Approves an internal process."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from procedures.models import Process
from procedures.versions.actions.change_log import name_actor
from procedures.versions.checking import check_process
from units.rules import RuleBroken
from units.texts.wording import day_of


@transaction.atomic
def approve_process(*, process: Process, on: date, actor: User | None, at: datetime) -> Process:
    """Approves a process for dossiers received from now on; earlier ones keep their plan.

    `on` is the local day of the decision. Raises RuleBroken for a process without number, decision or approver, that
    does not begin and end at the desk, or that takes longer than the term.
    """
    name_actor(actor, at)
    process = Process.objects.select_for_update(of=("self",)).select_related("version").get(pk=process.pk)
    if process.is_approved:
        raise RuleBroken(gettext("Quy trình này đã được phê duyệt; muốn đổi thì lập lần ban hành mới."))
    for name in ("number", "decision", "approver"):
        if not getattr(process, name).strip():
            raise RuleBroken(gettext("Hãy ghi mã quy trình, quyết định và người phê duyệt."), field=name)
    if on > day_of(at):
        raise RuleBroken(gettext("Ngày phê duyệt không thể sau hôm nay."), field="approved_on")
    check_process(list(process.steps.order_by("position")), process.version.term)
    process.approved_on, process.approved_by = on, actor
    process.save(update_fields=["approved_on", "approved_by"])
    return process
