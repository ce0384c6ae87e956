"""Django, set up once for the tests of the server."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.server_settings"
django.setup()
