"""Addresses of the pages on which the catalogue is edited."""

from django.urls import path

from dossiers.views import drafts, editing, posted_checks, quality, updates

app_name = "editing"
urlpatterns = [
    path("can-bo/thu-tuc/", editing.procedures, name="procedures"),
    path("can-bo/thu-tuc/moi/", editing.new, name="new"),
    path("can-bo/thu-tuc/ai-da-sua/", editing.changes, name="changes"),
    path("can-bo/thu-tuc/cap-nhat/", updates.updates, name="updates"),
    path("can-bo/thu-tuc/cap-nhat/<int:pk>/", updates.update, name="update"),
    path("can-bo/thu-tuc/cap-nhat/<int:pk>/<slug:verb>/", updates.decide, name="decide_update"),
    path("can-bo/thu-tuc/chat-luong/", quality.quality, name="quality"),
    path("can-bo/thu-tuc/niem-yet/", posted_checks.checks, name="notice_checks"),
    path("can-bo/thu-tuc/niem-yet/<int:pk>/", posted_checks.check, name="notice_check"),
    path("can-bo/thu-tuc/mau/<int:pk>/", drafts.form_file, name="form"),
    path("can-bo/thu-tuc/du-thao/<int:pk>/", drafts.draft, name="draft"),
    path("can-bo/thu-tuc/du-thao/<int:pk>/<slug:verb>/", drafts.decide, name="decide"),
    path("can-bo/thu-tuc/<str:ref>/", editing.procedure, name="procedure"),
    path("can-bo/thu-tuc/<str:ref>/soan/", editing.begin, name="begin"),
    path("can-bo/thu-tuc/<str:ref>/thu-hoi/<int:pk>/", editing.undo, name="undo"),
]
