"""A server that was written for rmcp, through the official client: before it is guarded, and after."""

import json
import subprocess
import threading
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx2
import pytest
from conftest import MODES, PATIENCE_SECONDS, ROOT
from mcp import Client, MCPError
from mcp.client.streamable_http import streamable_http_client

# What each role is promised. Written by hand: it is a second opinion on the policy.
TOOLS = {
    "reader": ["list_loans"],
    "librarian": ["lend", "list_loans", "take_back"],
    "director": ["forget_all", "lend", "list_loans", "take_back"],
}
PROMPTS = {"reader": [], "librarian": ["remind"], "director": ["remind"]}

# A call of each tool that succeeds where it is allowed, with what it needs.
CALLS = {
    "list_loans": ({}, "read_loans"),
    "lend": ({"book": "Emma", "reader": "grace"}, "lend_books"),
    "take_back": ({"book": "Emma"}, "lend_books"),
    "forget_all": ({}, "forget_loans"),
}


@pytest.fixture(scope="session")
def binaries() -> dict[str, str]:
    """The servers of this tree: both of the example, and the guarded one with a tool that nobody declared."""
    build = ["cargo", "build", "--quiet", "--locked", "-p", "existing-server", "-p", "forgotten"]
    build += ["--message-format", "json-render-diagnostics"]
    output = subprocess.run(build, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    artifacts = [json.loads(line) for line in output.splitlines()]
    executables = [artifact["executable"] for artifact in artifacts if artifact.get("executable")]
    return {Path(executable).stem: executable for executable in executables}


@contextmanager
def running(command: list[str], folder: Path, last: str):
    """What the server says at its start, up to this line, while it runs."""
    with (
        (folder / "log.txt").open("a") as log,
        subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=log, text=True) as server,
    ):
        deadline = threading.Timer(PATIENCE_SECONDS, server.kill)
        deadline.start()
        try:
            said = []
            while line := server.stdout.readline():
                said.append(line)
                if line.startswith(last):
                    break
            assert line, f"it does not serve: {(folder / 'log.txt').read_text()}"
            deadline.cancel()
            yield "".join(said)
        finally:
            deadline.cancel()
            server.terminate()


@contextmanager
def guarded(binary: str, folder: Path):
    """The URL of a guarded server in its first start, its keys by role, and what it said."""
    with running([binary, "serve", "--http", "127.0.0.1:0"], folder, "}") as said:
        words = [line.split() for line in said.splitlines()]
        keys = {line[0]: line[1] for line in words if len(line) == 2 and line[1].startswith("mcprbac_")}
        [config] = json.loads(said[said.index("\n{\n") :])["mcpServers"].values()
        yield config["url"], keys, said


@pytest.fixture
def before(binaries, tmp_path: Path):
    """The URL of the server without a guard."""
    with running([binaries["library-before"], "127.0.0.1:0"], tmp_path, "serving MCP at ") as said:
        yield said.split()[-1]


@pytest.fixture
def after(binaries, tmp_path: Path):
    """The URL of the guarded server, and its first keys by role."""
    with guarded(binaries["library-after"], tmp_path) as (url, keys, _):
        yield url, keys


@pytest.fixture
def forgotten(binaries, tmp_path: Path):
    """The guarded server with a plain tool of rmcp: its URL, its first keys by role, and what it said."""
    with guarded(binaries["forgotten"], tmp_path) as started:
        yield started


@asynccontextmanager
async def client_at(url: str, key: str | None = None, mode: str = "auto"):
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(headers=headers, timeout=PATIENCE_SECONDS) as http:
        transport = streamable_http_client(url, http_client=http)
        async with Client(transport, mode=mode, read_timeout_seconds=PATIENCE_SECONDS) as client:
            yield client


def said(result) -> str:
    return result.content[0].text


async def test_before_anybody_may_do_everything(before, protocol):
    async with client_at(before, mode=MODES[protocol]) as client:
        assert sorted(tool.name for tool in (await client.list_tools()).tools) == TOOLS["director"]
        for tool, (arguments, _) in CALLS.items():
            assert not (await client.call_tool(tool, arguments)).is_error, tool
        assert said(await client.call_tool("list_loans")) == ""
        assert [prompt.name for prompt in (await client.list_prompts()).prompts] == ["remind"]
        assert (await client.get_prompt("remind", {"book": "Emma"})).messages
        assert (await client.read_resource("library://rules")).contents


@pytest.mark.parametrize("role", TOOLS)
async def test_after_each_role_lists_calls_gets_and_reads_what_it_may(after, protocol, role):
    url, keys = after
    async with client_at(url, keys[role], MODES[protocol]) as client:
        assert client.server_info.name == "library"
        page = await client.list_tools()
        assert [tool.name for tool in page.tools] == TOOLS[role]
        assert page.cache_scope == "private"
        for tool, (arguments, permission) in CALLS.items():
            if tool in TOOLS[role]:
                assert not (await client.call_tool(tool, arguments)).is_error, tool
            else:
                with pytest.raises(MCPError) as refused:
                    await client.call_tool(tool, arguments)
                assert (refused.value.code, str(refused.value)) == (
                    403,
                    f"tool `{tool}` needs permission `{permission}`, which role `{role}` does not have",
                )
        assert [prompt.name for prompt in (await client.list_prompts()).prompts] == PROMPTS[role]
        if PROMPTS[role]:
            assert (await client.get_prompt("remind", {"book": "Emma"})).messages
        else:
            with pytest.raises(MCPError) as refused:
                await client.get_prompt("remind", {"book": "Emma"})
            assert refused.value.code == 403
        assert [resource.uri for resource in (await client.list_resources()).resources] == ["library://rules"]
        [contents] = (await client.read_resource("library://rules")).contents
        assert contents.text.startswith("Four weeks")


async def test_after_the_loans_stay_where_the_call_is_refused(after):
    url, keys = after
    async with client_at(url, keys["librarian"]) as client:
        loans = said(await client.call_tool("list_loans"))
        with pytest.raises(MCPError):
            await client.call_tool("forget_all")
        assert said(await client.call_tool("list_loans")) == loans != ""


async def test_after_nobody_without_a_key_gets_in(after):
    url, _ = after
    with pytest.raises(BaseExceptionGroup):
        async with client_at(url):
            pass


async def test_a_tool_that_nobody_declared_is_denied_and_named(forgotten, protocol):
    url, keys, start = forgotten
    [note] = [line for line in start.splitlines() if "denied to everybody" in line]
    assert "tool `burn_down`" in note
    for role, tools in TOOLS.items():
        async with client_at(url, keys[role], MODES[protocol]) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == tools
            await client.call_tool("list_loans")
            with pytest.raises(MCPError) as refused:
                await client.call_tool("burn_down")
            assert refused.value.code == 403
            assert "`burn_down`" in str(refused.value)
