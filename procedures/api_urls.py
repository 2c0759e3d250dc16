from django.urls import path

from procedures import api
from procedures.views.machines import open_to_all

app_name = "procedures_api"

urlpatterns = [
    path("procedures/", open_to_all(api.ProcedureList.as_view()), name="procedures"),
    path("procedures/<str:ref>/", open_to_all(api.procedure), name="procedure"),
    path("due-date/", open_to_all(api.due_date, is_dated=False), name="due_date"),
]
