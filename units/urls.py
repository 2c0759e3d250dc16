from django.urls import path

from units import views

app_name = "units"
urlpatterns = [path("don-vi/", views.units, name="units")]
