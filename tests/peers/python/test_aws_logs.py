"""An audit trail in CloudWatch Logs as moto plays it."""

import asyncio
import json
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import boto3
import pytest
from conftest import PATIENCE_SECONDS
from test_aws_secrets import (  # noqa: F401
    aws,
    aws_binary,
    entry,
    log,
    make_key,
    manager,
    name,
    secret_of,
    status,
)
from test_cognito import REGION


@pytest.fixture
def logs(aws: str):  # noqa: F811
    return boto3.client(
        "logs", endpoint_url=aws, region_name=REGION, aws_access_key_id="none", aws_secret_access_key="none"
    )


@pytest.fixture
def stream(logs, name: str) -> tuple[str, str]:  # noqa: F811
    group = f"/{name}"
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="server-1")
    return group, "server-1"


def events(logs, stream) -> list[str]:
    """Every event of the stream, in the order in which it came."""
    group, name = stream
    found, token = [], None
    while True:
        more = {"nextToken": token} if token else {}
        page = logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True, **more)
        found += [event["message"] for event in page["events"]]
        if not page["events"] or page["nextForwardToken"] == token:
            return found
        token = page["nextForwardToken"]


def lines(trail: Path) -> list[str]:
    """Every line of the trail, of the files that were put aside as well."""
    aside = sorted(trail.parent.glob(f"{trail.name}.0*"))
    return [line for file in [*aside, trail] for line in file.read_text().splitlines()]


def seqs(texts: list[str]) -> list[int]:
    return [json.loads(text)["seq"] for text in texts]


def shipped(trail: Path) -> int:
    """How many lines of the trail have gone, as the server has written down."""
    mark = trail.with_name(f"{trail.name}.cloudwatch")
    return int(mark.read_text()) if mark.exists() else 0


async def until(is_so) -> None:
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < PATIENCE_SECONDS
        await asyncio.sleep(0.1)


class Shipping:
    """Servers one after the other on one trail, which is shipped."""

    def __init__(self, command: list[str], key: str, trail: Path, log: Path):
        self.command, self.key, self.trail, self.log = command, key, trail, log

    @contextmanager
    def server(self):
        """The address of a server that runs meanwhile."""
        env = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "RUST_LOG": "error"}
        with self.log.open("a") as errors, subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=env, text=True
        ) as server:
            try:
                yield json.loads(server.stdout.readline())["url"]
            finally:
                server.terminate()


@pytest.fixture
def shipping(aws_binary, manager, name, make_key, stream, aws, tmp_path, log) -> Shipping:  # noqa: F811
    alice = make_key("alice")
    manager.create_secret(Name=name, SecretString=secret_of(entry(alice, "alice")))
    trail = tmp_path / "audit.jsonl"
    command = [aws_binary, "--region", REGION, "--endpoint", aws, "--secret", name, "--ttl", "600000"]
    command += ["--max-stale", "600000", "--audit", str(trail), "--logs", *stream]
    return Shipping(command, alice, trail, log)


async def calls(url: str, key: str, count: int) -> None:
    for _ in range(count):
        assert await status(url, key) == 200


async def test_every_line_arrives_in_order_and_once(shipping, logs, stream, log):  # noqa: F811
    trail = shipping.trail
    # the second server goes on where the first one was
    for _ in range(2):
        with shipping.server() as url:
            await calls(url, shipping.key, 40)
            assert await status(url, "nobody") == 401
            # a server that ends between a batch and its mark sends that batch again
            await until(lambda: shipped(trail) == len(lines(trail)))
    written, arrived = lines(trail), events(logs, stream)
    assert len(list(trail.parent.glob(f"{trail.name}.0*"))) > 0, "no file was put aside"
    assert arrived == written
    assert seqs(arrived) == list(range(len(written)))
    assert log.read_text() == ""


async def test_an_outage_holds_nobody_up_and_loses_nothing(shipping, logs, stream, log):  # noqa: F811
    group, _ = stream
    logs.delete_log_group(logGroupName=group)
    with shipping.server() as url:
        await calls(url, shipping.key, 20)
        await until(lambda: "ResourceNotFoundException" in log.read_text())
        await calls(url, shipping.key, 20)
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="server-1")
        await until(lambda: len(events(logs, stream)) == len(lines(shipping.trail)))
    assert events(logs, stream) == lines(shipping.trail)


async def test_lines_that_are_rejected_are_said_to_be(shipping, logs, stream, log):  # noqa: F811
    trail = shipping.trail
    # a trail of long ago, which the server goes on with
    old = {"seq": 0, "prev": "0" * 64, "time": "2020-01-01T00:00:00.000000Z", "mono_us": 0, "kind": "opened", "process": 1}
    trail.write_text(json.dumps(old, separators=(",", ":")) + "\n")
    trail.chmod(0o600)
    with shipping.server() as url:
        await calls(url, shipping.key, 5)
        await until(lambda: "rejects lines of the audit trail" in log.read_text())
        await until(lambda: len(events(logs, stream)) == len(lines(trail)) - 1)
    assert "rejected=1" in log.read_text()
    assert events(logs, stream) == lines(trail)[1:]
