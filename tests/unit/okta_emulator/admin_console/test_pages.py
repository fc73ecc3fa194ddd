"""What the console's pages say: whose they are, what the org has, and what is not there."""

from __future__ import annotations

import html
import re

import httpx

from okta_emulator.admin_console.addresses import APPS, TASKS
from okta_emulator.admin_console.behaviour import Behaviour
from okta_emulator.org.provisioning import Provisioning, save_provisioning
from tests.support.person import Person

FOOTER = "oktascim emulator: not Okta, and not affiliated with it"
EVIL = "<script>alert(1)</script>"


def app_of(world, mode="AUTO_LOGIN", label="Acme", **more):
    return world.okta("POST", "/api/v1/apps", {"name": "scim2testapp", "label": label, "signOnMode": mode, **more})


def base(app):
    return f"/admin/app/{app['name']}/instance/{app['id']}"


def tab(person, app, name):
    return html.unescape(person.get(f"{base(app)}/pane/{name}").text)


def test_every_page_says_whose_it_is_not(emulated, person):
    app = app_of(emulated)
    key = emulated.okta("POST", "/_emulator/console/key")["url"]
    with httpx.Client(follow_redirects=True) as stranger:
        sign_in = stranger.get(f"{person.admin}/admin/apps/active").text
        pages = [sign_in, stranger.get(f"{emulated.org.url}/_emulator/console").text, stranger.get(key).text]
    paths = (
        "/admin/apps/active",
        "/admin/apps/add-app",
        base(app),
        "/admin/dashboard",
        "/admin/reports",
        "/admin/app/none/instance/0oa0",
    )
    pages += [person.get(path).text for path in paths]
    emulated.org.console.behave(Behaviour(admin_role=False))
    pages.append(person.get("/admin/apps/active").text)
    assert [page.count(FOOTER) for page in pages] == [1] * len(pages)
    assert all('name="viewport"' in page for page in pages)


def test_the_password_page_says_who_signs_in(emulated):
    visitor = Person(emulated.org)
    page = visitor._http.get(f"{visitor.admin}/admin/apps/active").text
    asked = visitor._answer(page, identifier=f"ada{EVIL}")
    assert f"ada{html.escape(EVIL)}" in asked
    assert "Back to sign in" in asked
    assert EVIL not in asked


def test_the_tab_that_is_shown_first_is_marked(emulated, person):
    page = person.get(base(app_of(emulated))).text
    assert page.count("aria-current") == 1
    assert 'aria-current="true">General</a>' in page


def test_a_status_is_written_alike_everywhere(emulated, person):
    app = app_of(emulated)
    emulated.okta("POST", f"/api/v1/apps/{app['id']}/lifecycle/deactivate")
    pages = [person.get(path).text for path in ("/admin/apps/active", base(app))]
    assert all(">Inactive<" in page and "INACTIVE" not in page for page in pages)


def test_the_list_without_an_app_says_how_to_make_one(emulated, person):
    assert "There are no apps yet. Create one with oktascim apply" in person.get("/admin/apps/active").text
    app_of(emulated)
    assert "There are no apps yet" not in person.get("/admin/apps/active").text


def test_the_catalogue_is_shown_and_left_to_the_api(emulated, person):
    page = person.get("/admin/apps/add-app").text
    assert "SCIM 2.0 Test App (Header Auth)</td>" in page
    assert "scim2headerauth</td>" in page
    assert "not part of the emulator; use the API" in page


def test_a_page_that_is_not_here_says_so_in_a_page(emulated, person):
    answer = person.get("/admin/reports")
    assert answer.status_code == 404
    assert "have this page of the Admin Console." in answer.text
    assert person.get(f"{base(app_of(emulated))}/pane/none").status_code == 404


def test_sign_on_shows_the_mode_and_where_the_metadata_is(emulated, person):
    assert "Secure Web Authentication" in tab(person, app_of(emulated), "signon")
    saml = app_of(emulated, "SAML_2_0", settings={"signOn": {"audienceOverride": "https://acme.example/entity"}})
    shown = tab(person, saml, "signon")
    assert "SAML 2.0" in shown
    assert f"{emulated.org.url}/api/v1/apps/{saml['id']}/sso/saml/metadata" in shown
    assert "https://acme.example/entity" in shown
    metadata = httpx.get(saml["_links"]["metadata"]["href"], headers={"Authorization": f"SSWS {emulated.token}"}).text
    assert all(word in metadata for word in ("/sso/saml", shown.split("www.okta.com/")[1].split("<")[0]))


def test_assignments_and_pushed_groups_are_those_of_the_org(emulated, person):
    app = app_of(emulated)
    assert "No users are assigned." in tab(person, app, "assignments")
    assert "No group is pushed to this app." in tab(person, app, "group-push")
    ada, grace = (emulated.okta("GET", f"/api/v1/users/{name}@acme.example")["id"] for name in ("ada", "grace"))
    (group,) = emulated.okta("GET", "/api/v1/groups?q=Engineering")
    emulated.okta("POST", f"/api/v1/apps/{app['id']}/users", {"id": ada})
    shown = tab(person, app, "assignments")
    assert all(f"<td>{word}</td>" in shown for word in ("Ada Lovelace", "ada@acme.example", "Individual"))
    assert "Grace Hopper" not in shown
    assert "No group is assigned." in shown
    emulated.okta("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}", {})
    emulated.settled()
    shown = tab(person, app, "assignments")
    assert all(f"<td>{word}</td>" in shown for word in ("Grace Hopper", "Group", "Engineering"))
    assert grace not in shown
    mapping = {"sourceGroupId": group["id"], "targetGroupName": "Builders"}
    emulated.okta("POST", f"/api/v1/apps/{app['id']}/group-push/mappings", mapping)
    emulated.settled()
    shown = tab(person, app, "group-push")
    assert all(f"<td>{word}</td>" in shown for word in ("Engineering", "Builders", "Never"))
    assert "nothing is sent" in shown


def test_what_the_org_holds_is_text_not_html(emulated, person):
    notes = {"settings": {"notes": {"admin": EVIL, "enduser": None}}}
    app = app_of(emulated, label=EVIL, **notes)
    profile = {"firstName": EVIL, "lastName": EVIL, "email": "eve@acme.example", "login": "eve@acme.example"}
    user = emulated.okta("POST", "/api/v1/users", {"profile": profile})
    group = emulated.okta("POST", "/api/v1/groups", {"profile": {"name": EVIL}})
    emulated.okta("POST", f"/api/v1/apps/{app['id']}/users", {"id": user["id"]})
    emulated.okta("PUT", f"/api/v1/apps/{app['id']}/groups/{group['id']}", {})
    mapping = {"sourceGroupId": group["id"], "targetGroupName": EVIL}
    emulated.okta("POST", f"/api/v1/apps/{app['id']}/group-push/mappings", mapping)
    for name in ("general", "signon", "import", "assignments", "group-push"):
        page = person.get(f"{base(app)}/pane/{name}").text
        assert EVIL not in page
        assert (html.escape(EVIL) in page) == (name not in {"signon", "import"})


def test_signing_out_ends_the_session_of_both_hosts(emulated, person):
    assert person.post("/admin/session/end").status_code == 204
    assert "Username" in person.get("/admin/apps/active").text
    assert person._http.get(f"{emulated.org.url}/_emulator/console").status_code == 401
    assert (emulated.org.console.sessions.admin, emulated.org.console.sessions.org) == ({}, {})


def test_nobody_signs_others_out_without_the_token_of_the_page(emulated, person):
    assert person._http.post(f"{person.admin}/admin/session/end").status_code == 403
    assert "Applications" in person.get("/admin/apps/active").text


def test_every_name_is_text_on_every_page(emulated, person):
    evil = "'\"><img src=x><script>"
    org = emulated.org.console.org
    app = app_of(emulated, label=evil)
    profile = {"firstName": evil, "lastName": evil, "login": "xss@acme.example", "email": "a@acme.example"}
    user = emulated.okta("POST", "/api/v1/users", {"profile": profile})
    group = emulated.okta("POST", "/api/v1/groups", {"profile": {"name": evil, "description": evil}})
    own = f"/api/v1/apps/{app['id']}"
    emulated.okta("POST", f"{own}/users", {"id": user["id"], "credentials": {"userName": evil}})
    emulated.okta("PUT", f"{own}/groups/{group['id']}", {})
    emulated.okta("POST", f"{own}/group-push/mappings", {"sourceGroupId": group["id"], "targetGroupName": evil})
    provisioning = Provisioning(status="ENABLED", auth_scheme="TOKEN", base_url=evil, unique_identifier=evil)
    save_provisioning(org, app["id"], provisioning)
    task = {"id": evil, "app_id": app["id"], "user_id": user["id"], "created": evil, "text": evil, "kind": evil}
    org.store.tasks.put(evil, task | {"retry": True}, name=app["id"])
    found = {"external_id": evil, "user_name": evil, "profile": {"firstName": evil, "lastName": evil}, "error": evil}
    org.store.import_candidates.put(evil, found | {"disposition": "NEW", "user_id": None}, name=app["id"])
    panes = [f"pane/{tab}" for tab in ("general", "sign-on", "assignments", "push-groups", "import", "mobile")]
    sections = [f"settings/user-mgmt?section={name}" for name in ("integration", "integration&edit=1", "to-app", evil)]
    paths = [APPS, TASKS, base(app), *(f"{base(app)}/{each}" for each in (*panes, *sections))]
    pages = [person.get(path).text for path in paths]
    pages.append(person.post(f"{base(app)}/pane/import", **{"section": "confirm", f"user.{evil}": "true"}).text)
    pages.append(person.post(TASKS, **{f"task.{evil}x": "true"}).text)
    assert sum("&lt;script&gt;" in page for page in pages) >= 8
    assert [page for page in pages if re.search(r"<(img|script)(?! src=\"/)|\"><img", page)] == []
