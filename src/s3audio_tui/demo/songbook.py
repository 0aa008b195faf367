"""What is in the demo: one person's takes, stems, voice notes, podcast and samples.

A key that stands twice has two versions, the older first. Ages are days before now.
"""

from functools import partial

from s3audio_tui.demo import drums, music, signals, voice
from s3audio_tui.demo.episode import episode
from s3audio_tui.demo.file import File, sound_file

_SONG_RATE_HZ = 48000
_SONG = ("k", "k", "bk", "bk", "dbk", "dbk", "dbkl", "dbkl", "dbp", "dbpl", "dbkpl", "dbkpl", "k")
_BRIDGE = ("p", "pb", "pbk", "pbk", "dbpk", "dbpk", "dbpkl", "dbpkl", "pl", "pl", "dbpkl", "p")
_OUTRO = ("dbkpl",) * 5 + ("dbkp",) * 4 + ("bkp",) * 3 + ("kp",) * 3 + ("p",) * 2
_VERSE = ("dk", "dbk", "dbk", "dbkl", "dbk", "dbkl", "bk", "k")


def files() -> list[File]:
    """Return all files, each folder's together."""
    song = music.Song(_SONG_RATE_HZ, seed=92)
    return [*_takes(song), *_stems(song), *_voice(), *_podcast(song), *_samples()]


def _takes(song: music.Song) -> list[File]:
    take, tags = song.take, {"song": "night drive"}
    october, november = "takes/2026-10/", "takes/2026-11/"
    half = tuple(bar.replace("d", "") or "p" for bar in _BRIDGE)
    return [
        sound_file(f"{october}01-intro.wav", "wav16", 48000, take, 47, bars=_SONG[:6], tags=tags),
        sound_file(f"{october}02-verse.wav", "wav24", 48000, take, 46.9, bars=_VERSE, tags=tags),
        sound_file(
            f"{october}03-chorus, doubled.flac", "flac24", 48000, take, 46.2, bars=_SONG[6:]
        ),
        sound_file(
            f"{october}04-verse 100% wet [print].wav",
            "float",
            48000,
            signals.washed,
            44.8,
            dry_sound=partial(take, bars=_VERSE[:4]),
        ),
        sound_file(f"{november}05-click [92 bpm].wav", "wav16", 44100, music.click, 17.2, bars=8),
        sound_file(
            f"{november}06-bridge, scrap.wav",
            "wav16",
            48000,
            take,
            16.8,
            bars=half[:5],
            deleted_days_ago=2.1,
        ),
        sound_file(
            f"{november}07-bridge.wav", "wav24", 48000, take, 3.4, bars=half[:10], seed=1, tags=tags
        ),
        sound_file(
            f"{november}07-bridge.wav",
            "wav24",
            48000,
            take,
            0.0215,
            bars=_BRIDGE,
            seed=2,
            tags={**tags, "part": "bridge"},
        ),
        sound_file(
            f"{november}07-bridge-alt.wav",
            "wav24",
            48000,
            take,
            0.0083,
            bars=(*_BRIDGE[:8], *_BRIDGE[6:]),
            tags={**tags, "part": "bridge", "key": "C min"},
        ),
        sound_file(f"{november}08-outro.flac", "flac24", 48000, take, 4.1, bars=_OUTRO[8:], seed=1),
        sound_file(f"{november}08-outro.flac", "flac24", 48000, take, 1.2, bars=_OUTRO[6:], seed=2),
        sound_file(
            f"{november}08-outro-long.flac",
            "flac24",
            48000,
            take,
            1.1,
            bars=_OUTRO,
            db_a_bar=-0.6,
        ),
        sound_file(
            f"{november}room tone, kitchen.wav",
            "wav16",
            48000,
            signals.room,
            17.4,
            duration_s=60.0,
            hum_hz=50.0,
        ),
        sound_file(f"{november}sub 808 [long].wav", "wav16", 44100, drums.sub, 23),
        sound_file(
            f"{november}ラフミックス.mp3", "mp3", 48000, take, 19, bars=_SONG[6:8], cost_s=0.4
        ),
    ]


def _stems(song: music.Song) -> list[File]:
    take, folder, other = song.take, "stems/night drive/", "stems/νύχτα/"
    parts = [("bass", "b"), ("keys", "k"), ("lead", "l")]
    return [
        sound_file(
            f"{folder}{name} (stem).wav",
            "wav24",
            48000,
            take,
            31.5 - number / 100,
            mono=True,
            bars=[layer if layer in bar else "" for bar in _SONG[4:]],
        )
        for number, (name, layer) in enumerate(parts)
    ] + [
        sound_file(
            f"{folder}drums [bus].wav",
            "float",
            48000,
            take,
            31.2,
            bars=["d" if "d" in bar else "" for bar in _SONG[4:11]],
        ),
        sound_file(f"{other}μπάσο.flac", "flac", 48000, take, 68, bars=("b",) * 8, mono=True),
        sound_file(f"{other}πλήκτρα – πρόβα.ogg", "ogg", 48000, take, 67.7, bars=("k", "kp")),
    ]


def _voice() -> list[File]:
    return [
        sound_file(
            "voice/vowels a e i o u.wav",
            "wav16",
            44100,
            voice.vowels,
            12.5,
            letters="aeiou",
            each_s=0.9,
            base_hz=130.8,
        ),
        sound_file(
            "voice/warm-up, o to i and back.flac",
            "flac",
            48000,
            voice.vowels,
            12.4,
            letters="ouoaeieao",
            each_s=0.6,
            base_hz=196.0,
        ),
        sound_file(
            "voice/memo, melody for the bridge, sung on the way home.opus",
            "opus",
            48000,
            voice.vowels,
            5.6,
            letters="aouai",
            each_s=0.8,
            base_hz=196.0,
            melody=(0, 3, 7, 5, 3, 2, 0),
        ),
        sound_file(
            "voice/cafe\u0301, de\u0301but d’apre\u0300s-midi.ogg",
            "ogg",
            44100,
            voice.speech,
            38.3,
            durations_s=(1.7, 2.1),
            base_hz=176.0,
        ),
        sound_file(
            "voice/تجربة صوت.ogg",
            "ogg",
            44100,
            voice.speech,
            82.0,
            durations_s=(1.3, 1.8),
            base_hz=121.0,
        ),
        sound_file(
            "voice/test test 1 2.opus",
            "opus",
            24000,
            voice.speech,
            5.8,
            durations_s=(1.2,),
            base_hz=121.0,
            deleted_days_ago=5.7,
            cost_s=0.1,
        ),
    ]


def _podcast(song: music.Song) -> list[File]:
    folder = "podcast/ep-41 half an hour of talking/"
    return [
        File(
            f"{folder}ep-41 final.mp3",
            partial(episode, song=song, duration_s=1800.0),
            6.3,
            cost_s=2.0,
        ),
        sound_file(
            f"{folder}jingle.wav", "wav16", 48000, song.take, 92.6, bars=("dbk", "dbkl", "k")
        ),
        sound_file(
            f"{folder}raw/guest mic [48k float].wav",
            "float",
            48000,
            voice.speech,
            6.9,
            durations_s=(2.1, 2.7),
            base_hz=189.0,
        ),
        sound_file(
            f"{folder}raw/room tone, studio B, half a minute before everybody came in and "
            "somebody switched on the air conditioning (do not use).flac",
            "flac",
            48000,
            signals.room,
            6.95,
            duration_s=30.0,
            hum_hz=60.0,
        ),
        sound_file(
            "podcast/ep-40/ep-40 teaser.mp3",
            "mp3",
            44100,
            voice.speech,
            27.0,
            durations_s=(1.7, 1.9),
            base_hz=112.0,
            cost_s=0.2,
        ),
    ]


def _samples() -> list[File]:
    hits, loops, chords = "samples/drums/", "samples/loops/", "samples/chords/"
    tests, minor = "samples/test tones/", music.CHORDS[0]
    return [
        sound_file(
            f"{hits}kick-dusty-02 (clipped).wav",
            "wav16",
            44100,
            drums.clipped_kick,
            58,
            deleted_days_ago=40,
        ),
        sound_file(f"{hits}kick-dusty-03.wav", "wav16", 44100, drums.kick, 57.9),
        sound_file(f"{hits}snare-tight-01.wav", "wav24", 44100, drums.snare, 57.9),
        sound_file(f"{hits}hat-closed.wav", "wav16", 44100, drums.closed_hat, 57.8),
        sound_file(f"{hits}hat-open.wav", "wav16", 44100, drums.open_hat, 57.8),
        sound_file(f"{hits}clap [room].flac", "flac", 44100, drums.clap_in_room, 57.7),
        sound_file(f"{hits}tom-low.flac", "flac", 44100, drums.tom, 57.6),
        sound_file(f"{hits}rim.wav", "wav24", 48000, drums.rim, 57.6),
        sound_file(
            f"{loops}break 92 bpm [4 bars].wav", "wav16", 44100, music.breakbeat, 55, bars=4
        ),
        sound_file(f"{loops}shaker 92 bpm.ogg", "ogg", 44100, music.shaker_loop, 54.8, bars=2),
        sound_file(
            f"{chords}Cm9 electric piano.wav",
            "wav24",
            48000,
            music.keys,
            51.3,
            notes=minor,
            duration_s=4.0,
        ),
        sound_file(
            f"{chords}F7(9) strummed.flac",
            "flac",
            44100,
            music.strum,
            51.2,
            notes=music.CHORDS[1],
            duration_s=3.5,
        ),
        sound_file(
            f"{chords}E♭maj9 pad.mp3",
            "mp3",
            44100,
            music.pad,
            51.1,
            notes=music.CHORDS[3],
            duration_s=4.0,
            cost_s=0.3,
        ),
        sound_file(
            f"{tests}sweep 20 Hz–20 kHz.wav",
            "float",
            48000,
            signals.sweep,
            110,
            duration_s=10.0,
            low_hz=20.0,
            high_hz=20000.0,
        ),
        sound_file(
            f"{tests}1 kHz at −18 dBFS.wav", "wav24", 48000, signals.reference, 110, duration_s=5.0
        ),
        sound_file(f"{tests}pink noise.flac", "flac", 44100, signals.pink, 110, duration_s=10.0),
        sound_file(
            "samples/環境音/雨の音、屋根の上.opus", "opus", 48000, signals.rain, 75, duration_s=3.0
        ),
    ]
