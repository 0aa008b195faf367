"""Another library is opened, without leaving the app."""

from s3audio_tui.library.addresses import address_of_open
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.screens.libraries import LibrariesScreen


async def switch(desk: Browser) -> None:
    """Ask for a library, try it, and show it; transfers of the one before go on."""
    here = address_of_open(desk.library)
    address = await desk.ask(LibrariesScreen(desk.session, desk.pools, here))
    if address is not None:
        desk.open_library(address)
