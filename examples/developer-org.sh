#!/bin/sh
# Sets up a fresh developer org for the SCIM server you are writing, and tears it down with `developer-org.sh down`.
# Needs OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN (or `oktascim auth login`), SCIM_BASE_URL and SCIM_TOKEN.
set -eu
spec="$(dirname "$0")/quickstart.yaml"

if [ "${1:-up}" = down ]; then
    exec oktascim destroy "$spec" --yes
fi
oktascim doctor
oktascim connection test --spec "$spec"
oktascim apply "$spec" --yes
oktascim logs --app acme-crm --since 10m
