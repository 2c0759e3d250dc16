"""Addresses of the public pages, the kiosk included."""

from django.urls import path

from procedures.pages import kiosk, lists, procedure
from procedures.posters import views as posters
from procedures.result_date import views as result_date
from procedures.search import views as search

app_name = "procedures"

urlpatterns = [
    path("thu-tuc/", search.catalogue, name="catalogue"),
    path("thu-tuc/goi-y/", search.suggestions, name="suggestions"),
    path("thu-tuc/chu-cai/", lists.letter, name="letters"),
    path("thu-tuc/chu-cai/<str:letter>/", lists.letter, name="letter"),
    path("thu-tuc/moi-doi/", lists.changes, name="changes"),
    path("thu-tuc/<str:ref>/", procedure.procedure, name="procedure"),
    path("thu-tuc/<str:ref>/giay-to/", procedure.checklist_page, name="checklist"),
    path("thu-tuc/<str:ref>/thay-doi/", procedure.history, name="history"),
    path("thu-tuc/<str:ref>/niem-yet/", posters.posted, name="posted"),
    path("thu-tuc/<str:ref>/niem-yet.pdf", posters.procedure_pdf, name="procedure_pdf"),
    path("linh-vuc/<slug:slug>/niem-yet.pdf", posters.field_pdf, name="field_pdf"),
    path("noi-nop/<slug:slug>/niem-yet.pdf", posters.office_pdf, name="office_pdf"),
    path("viec/", lists.life_events, name="life_events"),
    path("viec/<slug:slug>/", lists.life_event, name="life_event"),
    path("linh-vuc/", lists.fields, name="fields"),
    path("linh-vuc/<slug:slug>/", lists.field, name="field"),
    path("man-hinh/", kiosk.start, name="kiosk"),
    path("man-hinh/viec/<slug:slug>/", kiosk.life_event, name="kiosk_event"),
    path("man-hinh/thu-tuc/<str:ref>/", kiosk.procedure, name="kiosk_procedure"),
    path("hen-ngay/", result_date.result_date, name="result_date"),
    path("hen-ngay/hen-ngay.ics", result_date.result_date_entry, name="result_date_entry"),
]
