"""A store of one's own: its address, a bucket, and how to log in."""

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button, Input, Label, Static

from s3audio_tui.errors import S3AudioError, UsageError
from s3audio_tui.library.addresses import written_endpoint, written_url
from s3audio_tui.library.remembered import Address
from s3audio_tui.tui.hints import keys
from s3audio_tui.tui.screens.address_form import AddressForm

if TYPE_CHECKING:
    from s3audio_tui.store.client import Keys

T = TypeVar("T")

_FIELDS = (
    ("endpoint", "Address", "https://s3.example.org, or nas:9000"),
    ("bucket", "Bucket", "bucket, or bucket/folder"),
    ("region", "Region", "only if the store wants one"),
    ("key", "Access key", "empty: from the profile, or as AWS tools find it"),
    ("secret", "Secret", ""),
    ("profile", "Profile", "an AWS profile, in place of keys"),
)
_MISSING = {"endpoint": "the address is missing", "bucket": "the bucket is missing"}

_KEYS = keys(("enter", "next"), ("esc", "back"))


class EndpointForm(AddressForm):
    """Fields for a store that speaks S3. Enter goes to the next one, and at the end tries it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "before", show=False),
        Binding("down", "app.focus_next", "next", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with Vertical(classes="dialog", id="endpoint"):
            yield Static("A store that speaks S3", classes="dialog-title", markup=False)
            for name, label, hint in _FIELDS:
                with Horizontal(classes="form-row"):
                    yield Label(label, classes="form-name")
                    yield Input(
                        id=f"endpoint-{name}",
                        placeholder=hint,
                        password=name == "secret",
                        compact=True,
                        select_on_focus=False,
                    )
            yield Static(self.hint(), id="said", classes="places-said", markup=False)
            with Horizontal(classes="dialog-buttons"):
                yield Static(_KEYS, classes="dialog-hint", markup=False)
                yield Button("Try it", id="try", compact=True)

    def hint(self) -> str:
        """Say where the keys go."""
        return "keys are kept only if you say so, and then in AWS's credentials file"

    def on_mount(self) -> None:
        """Begin with the address."""
        self.query_one("#endpoint-endpoint").focus()

    def fill(self, address: Address) -> None:
        """Show the region and the bucket that were offered."""
        self._field("region").value = address.region or ""
        self._field("bucket").value = address.url.removeprefix("s3://")

    def _field(self, name: str) -> Input:
        return self.query_one(f"#endpoint-{name}", Input)

    def _text(self, name: str) -> str:
        return self._field(name).value.strip()

    def _address(self) -> Address:
        """Return what the fields say. Raises `UsageError`, and goes to the field that is wrong."""
        return Address(
            endpoint_url=self._read("endpoint", written_endpoint),
            url=self._read("bucket", written_url),
            region=self._text("region") or None,
            profile=self._text("profile") or None,
        )

    def _read(self, name: str, read: Callable[[str], T]) -> T:
        if not self._text(name):
            self._field(name).focus()
            raise UsageError(_MISSING[name])
        try:
            return read(self._text(name))
        except UsageError:
            self._field(name).focus()
            raise

    def _keys(self) -> "Keys | None":
        from s3audio_tui.store.client import Keys
        from s3audio_tui.store.profiles import check_new

        if not self._text("key"):
            return None
        keys = Keys(self._text("key"), self._text("secret"))
        check_new("any", keys)
        return keys

    @on(Input.Changed)
    def take_note(self) -> None:
        """Forget what was said of what is now another text."""
        self.hush()

    @on(Input.Submitted)
    def go_on(self, event: Input.Submitted) -> None:
        """Take the offer, or go to the next field; from the last one try it."""
        with_keys = event.input.id == "endpoint-secret" and bool(self._text("key") and event.value)
        if self.offer is not None or with_keys or event.input.id == "endpoint-profile":
            self.begin()
        else:
            self.focus_next()

    @on(Button.Pressed, "#try")
    def begin(self) -> None:
        """Try what was typed, or what is offered for it."""
        try:
            keys = self._keys()
            if not self.take_offer(keys):
                self.try_it(self._address(), keys)
        except S3AudioError as error:
            self.say_wrong(error)
