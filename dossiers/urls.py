"""Addresses of dossiers."""

from django.urls import path

from dossiers.views import (
    acts,
    assigning,
    calendar,
    files,
    handovers,
    holders,
    mine,
    papers,
    registering,
    searching,
    tracking,
    work,
)

app_name = "dossiers"
urlpatterns = [
    path("tra-cuu/", tracking.track, name="track"),
    path("tra-cuu/<str:code>/", tracking.tracking, name="tracking"),
    path("can-bo/tiep-nhan/", registering.register, name="register"),
    path("can-bo/hang-doi/", work.queue, name="queue"),
    path("can-bo/tra-cuu/", searching.look_up, name="look_up"),
    path("can-bo/ban-giao/", handovers.handovers, name="handovers"),
    path("can-bo/ban-giao/phieu/<int:pk>/", handovers.handover_slip, name="handover_slip"),
    path("can-bo/thong-bao/", mine.notices, name="notices"),
    path("can-bo/thong-bao/<slug:slug>/", mine.day, name="day"),
    path("can-bo/dang-giu/", holders.holders, name="holders"),
    path("can-bo/phan-cong/", assigning.assigning, name="assigning"),
    path("can-bo/lich/", calendar.changes, name="calendar"),
    path("can-bo/lich/moi/", calendar.new, name="calendar_new"),
    path("can-bo/lich/<int:pk>/", calendar.change, name="calendar_change"),
    path("can-bo/lich/<int:pk>/them-ngay/", calendar.add_day, name="calendar_add_day"),
    path("can-bo/lich/<int:pk>/bot-ngay/", calendar.remove_day, name="calendar_remove_day"),
    path("can-bo/lich/<int:pk>/<slug:verb>/", calendar.act, name="calendar_act"),
    path("can-bo/ho-so/<str:code>/", files.dossier, name="dossier"),
    path("can-bo/ho-so/<str:code>/giay-hen/", files.receipt, name="receipt"),
    path("can-bo/so-theo-doi/", papers.books, name="books"),
    path("can-bo/so-theo-doi/<slug:desk>/<int:year>/so.xlsx", papers.book_sheet, name="book_sheet"),
    path("can-bo/so-theo-doi/<slug:desk>/<int:year>/<int:part>.pdf", papers.book_part, name="book_part"),
    path("can-bo/so-theo-doi/<slug:desk>/<int:year>/khoa/", papers.close, name="close_book"),
    path("can-bo/ho-so/<str:code>/phieu/<int:pk>/", papers.slip, name="slip"),
    path("can-bo/ho-so/<str:code>/viec/<slug:slug>/", acts.act, name="act"),
]
