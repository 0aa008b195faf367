"""Keys that somebody may have put into a bucket to do harm, as data. Each is a real attack."""

TERMINAL = {
    "colours": "a\x1b[35;7mHACK.wav",
    "colours in one C1 byte": "\x9b31mred.wav",
    "writes the clipboard": "\x1b]52;c;cm0gLXJmIC8=\x1b\\clip.wav",
    "sets the title": "\x1b]0;PWN\x1b\\title.wav",
    "sets the title, BEL": "\x1b]2;PWN\x07title.wav",
    "leaves the screen": "\x1b[?1049lgone.wav",
    "resets the terminal": "\x1bcreset.wav",
    "device control": "\x1bP+q544e\x1b\\dcs.wav",
    "C1 string": "\x9d0;PWN\x9cosc.wav",
    "reads as songexe.wav": "song\u202evaw.exe",
    "isolates": "a\u2066b\u2069c.wav",
    "hidden": "in\u200bvisible\ufeff.wav",
    "tag characters": "tag\U000e0041\U000e0042.wav",
    "line separator": "a\u2028b\u2029c.wav",
    "crashes markup": "x[/foo].wav",
    "closes markup": "mix[/]b.wav",
    "is markup": "mix[red]b.wav",
    "runs an action": "[@click=app.quit]x[/]",
    "links": "[link=http://evil.example]x[/link]",
    "emoji name": ":bomb:.wav",
    "overwrites the line": "evil.exe\rgood.wav",
    "two lines": "a\nb.wav",
    "tab": "a\tb.wav",
    "backspaces": "good\x08\x08\x08\x08evil.wav",
    "delete": "a\x7fb.wav",
    "200 marks": "z" + "\u0301" * 200 + "algo.wav",
    "wide": "ラフミックス" * 20 + ".mp3",
}
"""What works against a terminal."""

DISK = {
    "climbs": "../../etc/passwd",
    "absolute": "/etc/passwd",
    "climbs inside": "a/../../b",
    "climbs on Windows": "..\\x",
    "a drive": "C:x",
    "a device": "CON",
    "a device with an ending": "COM1.wav",
    "ends in a dot": "name.",
    "ends in a space": "name ",
    "long": "n" * 300 + ".wav",
    "long, wide": "長" * 120 + ".wav",
    "case, upper": "Same.wav",
    "case, lower": "same.wav",
    "composed": "caf\u00e9.wav",
    "decomposed": "cafe\u0301.wav",
    "NUL": "a\x00b.wav",
    "newline": "a\nb",
    "empty segments": "a//b///c.wav",
    "dots": "./././x.wav",
    "only dots": "...",
    "looks like an option": "-rf",
    "home": "~/x.wav",
    "expands": "$(touch x).wav",
}
"""What works against a disk."""

KEYS = {**TERMINAL, **{f"disk: {name}": key for name, key in DISK.items()}}
"""Every hostile key, by what it does."""
