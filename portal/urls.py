"""All addresses. Vietnamese at /, English at /en/; what programs and administrators use is outside of both."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.sitemaps.views import index, sitemap
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.limits.throttles import costly
from portal.about import views as about
from portal.front_page import views
from procedures import urls as catalogue
from procedures.editing import urls as editing
from procedures.exports import views as exports

handler400 = "portal.errors.views.bad_request"
handler403 = "portal.errors.views.forbidden"
handler404 = "portal.errors.views.not_found"
handler429 = "portal.errors.views.too_many_requests"  # looked up by allauth
handler500 = "portal.errors.views.server_error"

own = (
    [
        path("giao-dien/", views.theme, name="theme"),
        path("kha-nang-tiep-can/", about.accessibility, name="accessibility"),
        path("du-lieu-ca-nhan/", about.personal_data, name="personal_data"),
    ],
    "portal",
)
# Pages of the catalogue that also print figures of reporting: their views are here.
counted = [path("", views.home, name="home"), path("thu-tuc/hay-lam/", views.most_used, name="most_used")]
public = ([*counted, *catalogue.urlpatterns], catalogue.app_name)
sitemaps = exports.SITEMAPS | {"about": about.Statements}

urlpatterns = [
    path("favicon.ico", views.favicon),
    path(".well-known/security.txt", about.security_txt),
    path("quan-tri/", admin.site.urls),
    path("api/v1/", RedirectView.as_view(pattern_name="swagger")),
    path("api/v1/", include("procedures.api_urls")),
    path("api/v1/", include("dossiers.api_urls")),
    path("api/v1/", include("complaints.api_urls")),
    path("open311/", include("complaints.intake.open311.urls")),
    path("api/v1/schema/", exports.open_to_all(SpectacularAPIView.as_view(), since=None), name="schema"),
    path("api/v1/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="swagger"),
    path("sitemap.xml", index, {"sitemaps": sitemaps, "sitemap_url_name": "sitemap"}),
    path("sitemap-<section>.xml", costly()(sitemap), {"sitemaps": sitemaps}, name="sitemap"),
    path("", include("procedures.data_urls")),
    path("so-lieu/du-lieu/", include("reporting.open_data.urls")),
    *i18n_patterns(
        path("", include(own)),
        path("", include(public)),
        path("", include(editing)),
        path("", include("dossiers.urls")),
        path("", include("complaints.urls")),
        path("", include("reporting.urls")),
        path("can-bo/", include("accounts.urls")),
        prefix_default_language=False,
    ),
]
