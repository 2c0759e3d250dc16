from django.urls import path

from procedures.views import catalogue, hall, lists, posted, procedure

app_name = "procedures"

urlpatterns = [
    path("thu-tuc/", catalogue.catalogue, name="catalogue"),
    path("thu-tuc/goi-y/", catalogue.suggestions, name="suggestions"),
    path("thu-tuc/chu-cai/", lists.letter, name="letters"),
    path("thu-tuc/chu-cai/<str:letter>/", lists.letter, name="letter"),
    path("thu-tuc/moi-doi/", lists.changes, name="changes"),
    path("thu-tuc/<str:ref>/", procedure.procedure, name="procedure"),
    path("thu-tuc/<str:ref>/giay-to/", procedure.checklist_page, name="checklist"),
    path("thu-tuc/<str:ref>/thay-doi/", procedure.history, name="history"),
    path("thu-tuc/<str:ref>/niem-yet/", posted.posted, name="posted"),
    path("thu-tuc/<str:ref>/niem-yet.pdf", posted.procedure_pdf, name="procedure_pdf"),
    path("linh-vuc/<slug:slug>/niem-yet.pdf", posted.field_pdf, name="field_pdf"),
    path("noi-nop/<slug:slug>/niem-yet.pdf", posted.office_pdf, name="office_pdf"),
    path("viec/", lists.life_events, name="life_events"),
    path("viec/<slug:slug>/", lists.life_event, name="life_event"),
    path("linh-vuc/", lists.fields, name="fields"),
    path("linh-vuc/<slug:slug>/", lists.field, name="field"),
    path("man-hinh/", hall.start, name="kiosk"),
    path("man-hinh/viec/<slug:slug>/", hall.life_event, name="kiosk_event"),
    path("man-hinh/thu-tuc/<str:ref>/", hall.procedure, name="kiosk_procedure"),
    path("hen-ngay/", procedure.result_date, name="result_date"),
    path("hen-ngay/hen-ngay.ics", procedure.result_date_entry, name="result_date_entry"),
]
