"""Addresses of the pages for editing the catalogue."""

from django.urls import path

from procedures.editing.views import drafts, notice_checks, procedures, quality, updates

app_name = "editing"
urlpatterns = [
    path("can-bo/thu-tuc/", procedures.procedures, name="procedures"),
    path("can-bo/thu-tuc/moi/", procedures.new, name="new"),
    path("can-bo/thu-tuc/ai-da-sua/", procedures.changes, name="changes"),
    path("can-bo/thu-tuc/cap-nhat/", updates.updates, name="updates"),
    path("can-bo/thu-tuc/cap-nhat/<int:pk>/", updates.update, name="update"),
    path("can-bo/thu-tuc/cap-nhat/<int:pk>/<slug:verb>/", updates.decide, name="decide_update"),
    path("can-bo/thu-tuc/chat-luong/", quality.quality, name="quality"),
    path("can-bo/thu-tuc/niem-yet/", notice_checks.checks, name="notice_checks"),
    path("can-bo/thu-tuc/niem-yet/<int:pk>/", notice_checks.check, name="notice_check"),
    path("can-bo/thu-tuc/mau/<int:pk>/", drafts.form_file, name="form"),
    path("can-bo/thu-tuc/du-thao/<int:pk>/", drafts.draft, name="draft"),
    path("can-bo/thu-tuc/du-thao/<int:pk>/<slug:verb>/", drafts.decide, name="decide"),
    path("can-bo/thu-tuc/<str:ref>/", procedures.procedure, name="procedure"),
    path("can-bo/thu-tuc/<str:ref>/soan/", procedures.begin, name="begin"),
    path("can-bo/thu-tuc/<str:ref>/thu-hoi/<int:pk>/", procedures.undo, name="undo"),
]
