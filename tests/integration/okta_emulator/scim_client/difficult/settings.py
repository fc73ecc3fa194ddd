"""Settings of the project: one bearer token, one SQLite file."""

import os

SECRET_KEY = "only for tests"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "difficult.urls"
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["DIFFICULT_DATABASE"]}}
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django_scim", "difficult"]
AUTH_USER_MODEL = "difficult.User"
MIDDLEWARE = ["difficult.urls.check_token", "django_scim.middleware.SCIMAuthCheckMiddleware"]
SCIM_SERVICE_PROVIDER = {
    "NETLOC": "127.0.0.1",
    "AUTHENTICATION_SCHEMES": [],
    "GROUP_MODEL": "difficult.models.Group",
}
LOGGING_CONFIG = None
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast; nobody signs in here
