"""What the tests share: the server as built from this tree, and a database of its own for every test."""

import json
import shutil
import sqlite3
import subprocess
import threading
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from mcp import Client, MCPError, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client

ROOT = Path(__file__).resolve().parents[3]

# What each role is promised. Written by hand: it is a second opinion on the policy.
TOOLS = {
    "readonly": ["get_record", "query_customer_data", "search_records", "whoami"],
    "analyst": ["get_record", "query_customer_data", "run_report", "search_records", "whoami"],
    "admin": [
        "delete_record",
        "get_record",
        "query_customer_data",
        "run_report",
        "search_records",
        "whoami",
        "write_record",
    ],
}

# How the SDK's client gets to each generation of the protocol: with a handshake, or without one.
MODES = {"2025-11-25": "legacy", "2026-07-28": "auto"}

# No test may wait longer than this for one answer.
PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Records:
    """The records server with one database."""

    binary: str
    database: Path

    def command(self, *arguments: str) -> list[str]:
        return [self.binary, "--data", str(self.database), *arguments]

    def serve(self, role: str) -> list[str]:
        return self.command("serve", "--stdio", "--as", role)

    @asynccontextmanager
    async def client(self, role: str, mode: str = "auto"):
        """The SDK's client at the other end of a server that it has started."""
        async with self.client_of(self.serve(role), mode) as client:
            yield client

    @asynccontextmanager
    async def client_of(self, command: list[str], mode: str = "auto", **environment: str):
        """The SDK's client at the other end of what this command line starts."""
        program, *arguments = command
        server = StdioServerParameters(command=program, args=arguments, env=environment)
        with self.log.open("a") as log:
            transport = stdio_client(server, errlog=log)
            async with Client(transport, mode=mode, read_timeout_seconds=PATIENCE_SECONDS) as client:
                yield client

    @property
    def key_file(self) -> Path:
        return self.database.with_name("keys.toml")

    def keys(self, *arguments: str) -> str:
        """What `keys …` prints."""
        command = [self.binary, "keys", "--keys", str(self.key_file), *arguments]
        return subprocess.run(
            command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        ).stdout.strip()

    def revoke(self, key: str) -> None:
        """Takes a key back, as an operator does beside the running server."""
        self.keys("revoke", key.removeprefix("mcprbac_")[:12])

    @contextmanager
    def http(self):
        """The server on HTTP, at a free port of this machine."""
        command = self.command("serve", "--http", "127.0.0.1:0", "--keys", str(self.key_file))
        with (
            self.log.open("a") as log,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True) as server,
        ):
            deadline = threading.Timer(PATIENCE_SECONDS, server.kill)
            deadline.start()
            try:
                said = []
                while (line := server.stdout.readline()) not in ("}\n", ""):
                    said.append(line)
                assert line, f"it does not serve: {self.log.read_text()}"
                deadline.cancel()
                yield Served(self, "".join(said) + line)
            finally:
                deadline.cancel()
                server.terminate()

    @property
    def log(self) -> Path:
        """What the server wrote to standard error."""
        return self.database.with_name("log.txt")

    def rows(self, sql: str, *values) -> list[tuple]:
        """What SQLite itself says, without the server."""
        with closing(sqlite3.connect(self.database)) as database:
            return database.execute(sql, values).fetchall()

    def one(self, sql: str, *values):
        """The only value of a query."""
        [(value,)] = self.rows(sql, *values)
        return value

    def content(self) -> list[str]:
        """Everything in the database, as SQL."""
        with closing(sqlite3.connect(self.database)) as database:
            return list(database.iterdump())


@dataclass(frozen=True)
class Served:
    """A server on HTTP, and what it said when it began."""

    records: Records
    said: str
    # of every answer, in the order in which the clients got them
    statuses: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        [config] = self.configuration["mcpServers"].values()
        return config["url"]

    @property
    def configuration(self) -> dict:
        """What it offers for the configuration of an MCP client."""
        return json.loads(self.said[self.said.index("\n{\n") :])

    @property
    def keys(self) -> dict[str, str]:
        """The keys that the first start shows, by role."""
        words = [line.split() for line in self.said.splitlines()]
        return {line[0]: line[1] for line in words if len(line) == 2 and line[1].startswith("mcprbac_")}

    @asynccontextmanager
    async def client(self, key: str | None, mode: str = "auto"):
        """The SDK's client with this key."""

        async def note(response: httpx2.Response) -> None:
            self.statuses.append(response.status_code)

        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        async with httpx2.AsyncClient(
            headers=headers, timeout=PATIENCE_SECONDS, event_hooks={"response": [note]}
        ) as http:
            transport = streamable_http_client(self.url, http_client=http)
            async with Client(transport, mode=mode, read_timeout_seconds=PATIENCE_SECONDS) as client:
                yield client


def only_cause(error: BaseException) -> BaseException:
    """What the groups of exceptions around a failed connection are about."""
    while isinstance(error, BaseExceptionGroup):
        [error] = error.exceptions
    return error


async def refusal_at_the_door(client) -> MCPError:
    """How the server refuses a client that is about to connect."""
    with pytest.raises(BaseException) as refused:
        async with client:
            pytest.fail("the client is connected")
    cause = only_cause(refused.value)
    assert isinstance(cause, MCPError), cause
    return cause


@pytest.fixture(scope="session")
def binary() -> str:
    """The server of this tree: a test must not pass on what was built yesterday."""
    build = [
        "cargo",
        "build",
        "--quiet",
        "--locked",
        "-p",
        "records",
        "--message-format",
        "json-render-diagnostics",
    ]
    output = subprocess.run(build, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    artifacts = [json.loads(line) for line in output.splitlines()]
    [binary] = [artifact["executable"] for artifact in artifacts if artifact.get("executable")]
    return binary


@pytest.fixture(scope="session")
def filled(binary: str, tmp_path_factory) -> Path:
    """The database after a first start."""
    first = Records(binary, tmp_path_factory.mktemp("first") / "records.db")
    # a client that hangs up before it says a word
    subprocess.run(
        first.serve("readonly"), stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE_SECONDS
    )
    return first.database


@pytest.fixture
def records(binary: str, filled: Path, tmp_path: Path) -> Records:
    """A server whose database no other test touches."""
    return Records(binary, Path(shutil.copy(filled, tmp_path)))


@pytest.fixture
def new_records(binary: str, tmp_path: Path) -> Records:
    """A server that was never started: there is no database yet."""
    return Records(binary, tmp_path / "records.db")


@pytest.fixture
def served(records: Records):
    """A server on HTTP, in its first start."""
    with records.http() as served:
        yield served


@pytest.fixture(params=MODES)
def protocol(request) -> str:
    """Each generation of the protocol in turn."""
    return request.param


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
