"""Where one goes and what one sees: paths, bookmarks, columns, marks by pattern."""

from functools import partial

import msgspec
from msgspec.structs import replace

from s3audio_tui.library import bookmarks as keeping
from s3audio_tui.library.addresses import address_of_open, place_of
from s3audio_tui.library.goals import completions, goal
from s3audio_tui.library.remembered import Bookmark, ColumnChoice, Remembered
from s3audio_tui.tui.desk import Browser
from s3audio_tui.tui.fitting import Fitting, fitting, fitting_among
from s3audio_tui.tui.place import Place
from s3audio_tui.tui.screens.bookmarks import BookmarksScreen
from s3audio_tui.tui.screens.columns_form import ColumnsForm
from s3audio_tui.tui.screens.confirm import Confirm
from s3audio_tui.tui.screens.path_prompt import PathPrompt
from s3audio_tui.tui.screens.pattern_prompt import PatternPrompt
from s3audio_tui.tui.screens.prompt import Prompt
from s3audio_tui.tui.widgets.status_line import Said


async def goto(desk: Browser) -> None:
    """Ask for a path, and go there; into another library if the user means it."""
    library = desk.library
    prompt = PathPrompt(
        desk.pools.rows,
        desk.place.prefix,
        read=partial(goal, library),
        complete=partial(completions, library),
    )
    found = await desk.ask(prompt)
    if found is None:
        return
    if not found.url:
        desk.go(desk.place.into(found.prefix), cursor_key=found.key)
    elif await desk.ask(_another(found.url)):
        desk.open_library(msgspec.structs.replace(address_of_open(library), url=found.url, name=""))


def _another(url: str) -> Confirm:
    return Confirm(
        f"Open {url}?",
        sentence="It is another library. It is asked for with the same profile and store.",
        keep="Stay",
        act="Open",
    )


async def bookmarks(desk: Browser) -> None:
    """Show the bookmarks; go to one, rename and remove others."""
    at = ""
    while True:
        screen = BookmarksScreen(desk.kept.bookmarks, address_of_open(desk.library), at)
        answer = await desk.ask(screen)
        if answer is None:
            return
        if answer.removed:
            await desk.remember(keeping.removed(answer.removed))
        if answer.bookmark is None:
            return
        if not answer.rename:
            visit(desk, answer.bookmark)
            return
        at = await _rename(desk, answer.bookmark)


def visit(desk: Browser, bookmark: Bookmark) -> None:
    """Go to a bookmark, into another library if it is there."""
    place = replace(
        desk.place,
        prefix=bookmark.prefix,
        search=bookmark.search,
        everywhere=not bookmark.prefix,
    )
    if place_of(bookmark.address) == place_of(address_of_open(desk.library)):
        desk.go(place)
    else:
        desk.open_library(bookmark.address, place)


async def _rename(desk: Browser, bookmark: Bookmark) -> str:
    async def check(text: str) -> None:
        if text.strip() != bookmark.name:
            keeping.check_name(desk.kept, text.strip())

    prompt = Prompt("Rename the bookmark", value=bookmark.name, verb="rename", check=check)
    name = await desk.ask(prompt)
    if name is None or name.strip() == bookmark.name:
        return bookmark.name
    await desk.remember(keeping.renamed(bookmark.name, name.strip()))
    return name.strip()


async def keep(desk: Browser) -> None:
    """Keep the folder or the search that is shown as a bookmark."""
    place, address = desk.place, address_of_open(desk.library)
    what = "search" if place.searching else "folder"
    wanted = place.search.strip() if place.searching else place.names(desk.library.label)[-1]

    async def check(text: str) -> None:
        keeping.check_name(desk.kept, text.strip())

    prompt = Prompt(
        f"Keep this {what} as a bookmark",
        value=keeping.free_name(desk.kept, wanted),
        hint=_where(desk.library.label, place),
        verb="keep",
        check=check,
    )
    name = await desk.ask(prompt)
    if name is None:
        return
    prefix = "" if place.searching and place.everywhere else place.prefix
    search = place.search.strip() if place.searching else ""
    bookmark = Bookmark(name=name.strip(), address=address, prefix=prefix, search=search)
    await desk.remember(keeping.added(bookmark))
    desk.say(Said(f"{bookmark.name} kept", "b shows the bookmarks"))


def _where(label: str, place: Place) -> str:
    if not place.searching:
        return f"{label}/{place.prefix}"
    where = "the whole library" if place.everywhere or not place.prefix else place.prefix
    return f"{place.search.strip()}, in {where}"


async def columns(desk: Browser) -> None:
    """Let the columns be chosen, widened and moved; the list follows at once."""
    before = desk.kept.columns
    choices = await desk.ask(ColumnsForm(desk.columns, desk.show_columns))
    if choices is None:
        desk.show_columns(before)
    else:
        await desk.remember(columns_kept(choices))


def columns_kept(choices: tuple[ColumnChoice, ...]) -> keeping.Change:
    """Return the change that remembers columns."""

    def change(now: Remembered) -> Remembered:
        return msgspec.structs.replace(now, columns=choices)

    return change


async def mark_pattern(desk: Browser) -> None:
    """Mark what fits a pattern, beside what is marked."""
    library, place, now = desk.library, desk.place, desk.clock()

    def find(pattern: str) -> Fitting:
        return fitting(library.catalog, place, pattern, now)

    found = await desk.ask(PatternPrompt(desk.pools.rows, "Mark", desk.listed, find))
    if found is not None:
        desk.remark(partial(desk.marks.with_all, found.targets))


async def unmark_pattern(desk: Browser) -> None:
    """Unmark what fits a pattern."""
    library, marks, now = desk.library, desk.marks, desk.clock()

    def find(pattern: str) -> Fitting:
        return fitting_among(library.catalog, marks, pattern, now)

    found = await desk.ask(PatternPrompt(desk.pools.rows, "Unmark", len(marks), find))
    if found is not None:
        desk.remark(partial(marks.without, found.targets))
