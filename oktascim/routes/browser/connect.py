"""Fill in the connection of a template app, or of an app created with the App Integration Wizard."""

from __future__ import annotations

from oktascim.routes.browser.app_pages import AppPages
from oktascim.routes.browser.screen import PageNotUnderstood
from oktascim.routes.task import Task
from oktascim.spec.secrets import ResolvedCredentials

_RELOADS = 4
_TAB_SECONDS = 5.0


async def connect_template(task: Task, credentials: ResolvedCredentials, pages: AppPages) -> None:
    """Enable the API integration of a template app: enable, fill in, test, save, confirm (OB-409 to OB-415).

    Raises:
        ConnectionRefused: the SCIM server or its credentials failed Okta's test.
        PageNotUnderstood: the page doesn't behave as expected.
    """
    screen, controls = pages.screen, pages.console.controls
    if await pages.open_provisioning():
        await pages.open_connection()
    else:
        screen.begin("enable the API integration")
        await screen.click_until(controls["configure"], controls["enable"], "box")
        await screen.set_box(controls["enable"], "enable", on=True)
    screen.begin("fill in the connection")
    await screen.type(pages.console.fields["base_url"], "base_url", task.wanted.base_url)
    await _type_credentials(credentials, pages)
    if task.wanted.import_groups is not None:
        await screen.set_box(controls["import_groups"], "import_groups", on=task.wanted.import_groups)
    await _test_and_save(task, pages)


async def connect_wizard_app(task: Task, credentials: ResolvedCredentials, pages: AppPages) -> None:
    """Fill in the SCIM connection of a custom app: URL, identifier, actions, authentication (OB-421).

    Raises:
        ConnectionRefused: the SCIM server or its credentials failed Okta's test.
        ConsentNeeded: OAuth 2 needs a person's consent, which wasn't given in time.
        PageNotUnderstood: the page doesn't behave as expected.
    """
    await _choose_scim(pages)
    screen, console, wanted = pages.screen, pages.console, task.wanted
    await pages.open_provisioning()
    await pages.open_connection()
    screen.begin("fill in the connection")
    await screen.type(console.fields["base_url"], "base_url", wanted.base_url)
    if identifier := task.unique_identifier:
        await screen.type(console.fields["unique_identifier"], "unique_identifier", identifier)
    for action, box in console.supported_actions.items():
        if wanted.supported_actions is not None:
            await screen.set_box(box, action, on=action in wanted.supported_actions)
    scheme = credentials.authentication.scheme
    await screen.choose(console.controls["authentication_mode"], console.authentication_modes[scheme])
    await _type_credentials(credentials, pages)
    if scheme != "oauth2":
        await _test_and_save(task, pages)
        return
    screen.begin("save the connection")
    await pages.save("save")
    await pages.consent()


async def _type_credentials(credentials: ResolvedCredentials, pages: AppPages) -> None:
    for name, value in credentials.values.items():
        await pages.screen.type(pages.console.fields[name], name, value.get_secret_value())


async def _test_and_save(task: Task, pages: AppPages) -> None:
    await pages.test()
    if "test_close" in pages.console.controls:
        await pages.screen.click(pages.control("test_close"))
    pages.screen.begin("save the connection")
    await pages.save("save")
    await pages.confirm(task.wanted.base_url)


async def _choose_scim(pages: AppPages) -> None:
    """Set Provisioning to SCIM on the General tab, with its radio button or checkbox, if it isn't yet."""
    screen = pages.screen
    screen.begin("choose SCIM on the General tab")
    await screen.open(pages.url)
    await screen.wait_for(pages.control("general_tab"), "button", "The tab 'General'")
    if await screen.find(pages.control("provisioning_tab"), "button"):
        return
    await screen.click(pages.control("general_tab"))
    await screen.click_until(pages.control("app_settings_edit"), pages.control("choose_scim"), "box")
    await screen.set_box(pages.control("choose_scim"), "SCIM", on=True)
    await pages.save("app_settings_save")
    tab = pages.control("provisioning_tab")
    for _ in range(_RELOADS):  # it appears after a moment
        await screen.open(pages.url)
        if await screen.until(lambda: screen.find(tab, "button"), _TAB_SECONDS):
            return
    raise PageNotUnderstood("The Provisioning tab didn't appear after choosing SCIM")
