from django.urls import path

from procedures import api

app_name = "procedures_api"

urlpatterns = [
    path("procedures/", api.ProcedureList.as_view(), name="procedures"),
    path("procedures/<str:ref>/", api.procedure, name="procedure"),
    path("due-date/", api.due_date, name="due_date"),
]
