"""Where sound comes out: a device is chosen, at once and for the next time."""

import msgspec

from s3audio_tui.library.remembered import Remembered
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.screens.devices import DevicesScreen
from s3audio_tui.tui.widgets.status_line import Said


async def choose(desk: Browser) -> None:
    """Ask for a device; what plays goes on there, where it is."""
    from s3audio_tui.audio import devices

    async def look() -> list[devices.Device]:
        return await desk.pools.store.run(devices.now)

    card = desk.card
    name = await desk.ask(DevicesScreen(card.device, look))
    if name is None or name == card.device:
        return
    card.use(name)
    desk.playing.reopen()
    named = desk.session.settings.output_device
    hint = f"the settings say {named} for the next time" if named else ""
    desk.say(Said(f"Sound comes out of {name or 'what the system has chosen'}", hint))

    def change(now: Remembered) -> Remembered:
        return msgspec.structs.replace(now, output_device=name)

    await desk.remember(change)
