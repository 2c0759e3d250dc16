from django.urls import path

from procedures import views

app_name = "procedures"

urlpatterns = [
    path("thu-tuc/", views.catalogue, name="catalogue"),
    path("thu-tuc/<str:ref>/", views.procedure, name="procedure"),
    path("hen-ngay/", views.result_date, name="result_date"),
]
