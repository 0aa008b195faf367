"""What tests of sound share."""

from tests.audio.speaker import sound_server as sound_server
from tests.audio.speaker import speaker as speaker
