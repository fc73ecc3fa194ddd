"""Writes a spec of many integrations, to try plan and apply at size: `python examples/many.py 200 > many.yaml`."""

import sys

HEAD = "version: 1\nintegrations:\n"
ONE = """\
  - name: app-{number:03}
    label: App {number:03}
    template: {template}
    visibility: {{web: true, mobile: false}}
    sign_on: {{mode: swa}}
    provisioning:
      base_url: {{env: SCIM_BASE_URL}}
      credentials: {{token: {{env: SCIM_TOKEN}}}}
      to_app: [create, update, deactivate]
    assignments: {{users: [ada@acme.example], groups: [Engineering]}}
"""


def spec(count: int) -> str:
    """A spec with that many integrations."""
    return HEAD + "".join(ONE.format(number=number, template="scim2-oauth") for number in range(1, count + 1))


if __name__ == "__main__":
    sys.stdout.write(spec(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
