"""Where a person wants to go: a typed path read, and completed from what the catalog knows."""

from dataclasses import dataclass

from s3audio_tui.catalog.rows import folder_of
from s3audio_tui.catalog.tree import folders_named, has_folder
from s3audio_tui.errors import NotFoundError
from s3audio_tui.library.opening import Library

_OFFERED = 8


@dataclass(frozen=True, slots=True)
class Goal:
    """A folder, `""` or ending in `/`, and a file in it; or the address of another library."""

    prefix: str = ""
    key: str | None = None
    url: str = ""


def goal(library: Library, text: str) -> Goal:
    """Return where `text` leads: a folder, a file, or `s3://…` here or elsewhere.

    Raises `NotFoundError` for what the catalog does not know. Reads the disk.
    """
    text = text.strip()
    if text.startswith("s3://"):
        bucket, _, full_key = text.removeprefix("s3://").partition("/")
        within = f"{full_key}/".startswith(library.prefix) if library.prefix else True
        if bucket != library.bucket or not within:
            return Goal(url=text)
        text = f"{full_key}/" if f"{full_key}/" == library.prefix else full_key
        text = library.relative(text)
    path = text.lstrip("/")
    if not path or has_folder(library.catalog, path if path.endswith("/") else f"{path}/"):
        return Goal(path if path.endswith("/") or not path else f"{path}/")
    if not path.endswith("/") and library.catalog.get(path) is not None:
        return Goal(folder_of(path), path)
    near = completions(library, path)
    remedy = f"perhaps {near[0]}" if near else "tab completes what there is"
    raise NotFoundError(f"nothing here is named {path}", remedy, key=path)


def completions(library: Library, text: str, most: int = _OFFERED) -> list[str]:
    """Return folders that go on as `text` does, at most `most`, and as it is written: with a `/`
    before them or none. Reads the disk.
    """
    lead = text[: len(text) - len(text.lstrip("/"))]
    return [lead + path for path in folders_named(library.catalog, text[len(lead) :], most)]
