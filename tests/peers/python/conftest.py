"""What the tests share: the server as built from this tree, and a database of its own for every test."""

import json
import shutil
import sqlite3
import subprocess
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

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
        command, *arguments = self.serve(role)
        with self.log.open("a") as log:
            transport = stdio_client(StdioServerParameters(command=command, args=arguments), errlog=log)
            async with Client(transport, mode=mode, read_timeout_seconds=PATIENCE_SECONDS) as client:
                yield client

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


@pytest.fixture(params=MODES)
def protocol(request) -> str:
    """Each generation of the protocol in turn."""
    return request.param


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
