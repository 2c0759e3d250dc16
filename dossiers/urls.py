"""URLs of dossiers."""

from django.urls import path

from dossiers.book import views as book
from dossiers.changes.calendar import views as calendar
from dossiers.changes.reorganisation import views as reorganisation
from dossiers.dossier_page import views as dossier_page
from dossiers.handing_out import views as handing_out
from dossiers.handover.views import holders, lists, scanning
from dossiers.intake.views import receipts, register
from dossiers.operations import views as operations
from dossiers.queue import views as queue
from dossiers.readings import views as readings
from dossiers.reminders import views as reminders
from dossiers.scans import views as scans
from dossiers.search import views as search
from dossiers.shortcuts import views as shortcuts
from dossiers.slips import views as slips
from dossiers.tracking import views as tracking
from dossiers.tracking.feeds import views as feeds
from dossiers.tracking.following import views as following
from dossiers.tracking.openings import views as openings
from dossiers.tracking.rating import views as rating
from dossiers.workload import views as workload

app_name = "dossiers"
urlpatterns = [
    path("tra-cuu/", tracking.track, name="track"),
    path("tra-cuu/<str:code>/", tracking.tracking, name="tracking"),
    path("danh-gia/", rating.start, name="rate"),
    path("danh-gia/cam-on/", rating.thanks, name="rated"),
    path("danh-gia/<str:code>/", rating.rate, name="rating"),
    path("tra-cuu/<str:code>/ai-da-mo/", openings.page, name="openings"),
    path("tra-cuu/<str:code>/ai-da-mo.json", openings.as_json, name="openings_json"),
    path("tra-cuu/<str:code>/doi-ma/", tracking.renew, name="renew_secret"),
    path("tra-cuu/<str:code>/theo-doi/", following.follow, name="follow"),
    path("tra-cuu/<str:code>/<str:token>/tin.xml", feeds.feed, name="feed"),
    path("tra-cuu/<str:code>/<str:token>/hen-tra.ics", feeds.appointment, name="appointment"),
    path("theo-doi/da-gui/<str:text>/", following.asked, name="following_asked"),
    path("theo-doi/<str:text>/", following.confirm, name="confirm_following"),
    path("theo-doi/<str:text>/ngung/", following.stop, name="stop_following"),
    path("can-bo/tiep-nhan/", register.register, name="register"),
    path("can-bo/phim-tat/", shortcuts.shortcuts, name="shortcuts"),
    path("can-bo/hang-doi/", queue.queue, name="queue"),
    path("can-bo/tra-cuu/", search.look_up, name="look_up"),
    path("can-bo/ban-giao/", lists.handovers, name="handovers"),
    path("can-bo/ban-giao/phieu/<int:pk>/", lists.handover_slip, name="handover_slip"),
    path("can-bo/ban-giao/phieu/<int:pk>/nhan/", scanning.take_list, name="take_list"),
    path("can-bo/ban-giao/quet-chuyen/", scanning.sending, name="scan_sending"),
    path("can-bo/ban-giao/quet-nhan/", scanning.taking, name="scan_taking"),
    path("can-bo/quet/", scanning.scan, name="scan"),
    path("can-bo/tra-ket-qua/", handing_out.start, name="returning"),
    path("can-bo/tra-ket-qua/<str:code>/", handing_out.give, name="giving"),
    path("can-bo/thong-bao/", reminders.notices, name="notices"),
    path("can-bo/thong-bao/<slug:slug>/", reminders.day, name="day"),
    path("can-bo/dang-giu/", holders.holders, name="holders"),
    path("can-bo/phan-cong/", workload.assigning, name="assigning"),
    path("can-bo/lich/", calendar.changes, name="calendar"),
    path("can-bo/lich/moi/", calendar.new, name="calendar_new"),
    path("can-bo/lich/<int:pk>/", calendar.change, name="calendar_change"),
    path("can-bo/lich/<int:pk>/them-ngay/", calendar.add_day, name="calendar_add_day"),
    path("can-bo/lich/<int:pk>/bot-ngay/", calendar.remove_day, name="calendar_remove_day"),
    path("can-bo/lich/<int:pk>/<slug:verb>/", calendar.act, name="calendar_act"),
    path("can-bo/sap-xep/", reorganisation.reorganisations, name="reorganisations"),
    path("can-bo/sap-xep/de-nghi/<int:pk>/", reorganisation.reorganisation_draft, name="reorganisation_draft"),
    path("can-bo/sap-xep/<slug:kind>/", reorganisation.reorganise, name="reorganise"),
    path("can-bo/ho-so/<str:code>/", dossier_page.dossier, name="dossier"),
    path("can-bo/ho-so/<str:code>/ly-do/", readings.reason, name="reading_reason"),
    path("can-bo/luot-mo/", readings.weeks, name="readings_without_task"),
    path("can-bo/ho-so/<str:code>/giay-hen/", receipts.receipt, name="receipt"),
    path("can-bo/giay-hen/", receipts.receipts, name="receipts"),
    path("can-bo/ho-so/<str:code>/ghi-chu/", dossier_page.note, name="note"),
    path("can-bo/ho-so/<str:code>/ban-quet/", scans.add, name="add_scans"),
    path("can-bo/ho-so/<str:code>/giay-to/<int:pk>/", scans.scan, name="scan"),
    path("can-bo/ho-so/<str:code>/giay-to/<int:pk>/go/", scans.withdraw, name="withdraw_scan"),
    path("can-bo/so-theo-doi/", book.books, name="books"),
    path("can-bo/so-theo-doi/<slug:desk>/<int:year>/so.xlsx", book.book_sheet, name="book_sheet"),
    path("can-bo/so-theo-doi/<slug:desk>/<int:year>/<int:part>.pdf", book.book_part, name="book_part"),
    path("can-bo/so-theo-doi/<slug:desk>/<int:year>/khoa/", book.close, name="close_book"),
    path("can-bo/ho-so/<str:code>/phieu/<int:pk>/", slips.slip, name="slip"),
    path("can-bo/ho-so/<str:code>/viec/<slug:slug>/", operations.operation, name="operation"),
]
