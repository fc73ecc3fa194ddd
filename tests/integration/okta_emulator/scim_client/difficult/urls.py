"""The URLs, and who may use them."""

from django.urls import include, path

urlpatterns = [path("scim/v2/", include("django_scim.urls"))]


class TokenUser:
    is_authenticated = True


def check_token(get_response):
    def middleware(request):
        if request.headers.get("Authorization") == "Bearer difficult-token-1":
            request.user = TokenUser()
        return get_response(request)

    return middleware
