"""Addresses that pages of the console share (OB-406, OB-408, OB-431)."""

from __future__ import annotations

APPS = "/admin/apps/active"
APP = "/admin/app/{name}/instance/{app_id}"
CONSENT_CALLBACK = "/admin/app/cpc/{name}/oauth/callback"
DASHBOARD = "/admin/dashboard"
TASKS = "/admin/dashboard/tasks"
SIGN_IN_CALLBACK = "/admin/sso/callback"
SIGN_IN_STEP = "/signin/step"
SIGN_IN_CHOICE = "/signin/choice"
ONE_TIME_ENTRY = "/admin/sso/key"
INSPECTOR = "/_emulator/console"
