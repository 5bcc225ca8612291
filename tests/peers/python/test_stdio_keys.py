"""Over stdio, as the owner of a key: from the environment, or from a file."""

import subprocess
import time

import anyio
import pytest
from conftest import MODES, PATIENCE_SECONDS, TOOLS
from mcp import MCPError


@pytest.fixture(params=["--key-env", "--key-file"])
def with_key(request, records):
    """A client that shows the given key, in each of the ways in turn."""

    def client(key: str, mode: str):
        command = records.command("serve", "--stdio", "--keys", str(records.key_file), request.param)
        if request.param == "--key-env":
            return records.client_of([*command, "RECORDS_KEY"], mode, RECORDS_KEY=key)
        # as `keys new … > FILE` leaves it
        file = records.database.with_name("client.key")
        file.write_text(f"{key}\n")
        return records.client_of([*command, str(file)], mode)

    return client


@pytest.mark.parametrize("role", TOOLS)
async def test_a_key_is_its_owner(records, protocol, with_key, role):
    key = records.keys("new", "--role", role, "--owner", "alice")
    async with with_key(key, MODES[protocol]) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS[role]
        identity = (await client.call_tool("whoami")).structured_content
    assert (identity["authenticated_by"], identity["subject"]) == ("api_key", "alice")
    assert identity["roles"] == [role]


async def test_a_key_gives_what_its_role_has_and_no_more(records, protocol, with_key):
    key = records.keys("new", "--role", "analyst", "--owner", "alice")
    async with with_key(key, MODES[protocol]) as client:
        assert not (await client.call_tool("get_record", {"id": 7})).is_error
        with pytest.raises(MCPError) as refused:
            await client.call_tool("delete_record", {"id": 7})
    assert (refused.value.code, str(refused.value)) == (
        403,
        "tool `delete_record` needs permission `delete_data`, which role `analyst` does not have",
    )
    assert records.one("SELECT count(*) FROM customers WHERE id = 7") == 1


async def test_a_key_revoked_meanwhile_is_refused_at_the_next_request(records, protocol, with_key):
    key = records.keys("new", "--role", "admin", "--owner", "alice")
    async with with_key(key, MODES[protocol]) as client:
        assert not (await client.call_tool("delete_record", {"id": 1})).is_error
        records.revoke(key)
        since, refused = time.monotonic(), None
        while refused is None and time.monotonic() < since + 3:
            try:
                await client.call_tool("whoami")
                await anyio.sleep(0.02)
            except MCPError as error:
                refused = error
        assert refused is not None, "it still works"
        assert refused.code == 401
        with pytest.raises(MCPError) as again:
            await client.call_tool("delete_record", {"id": 2})
        assert again.value.code == 401
    assert records.one("SELECT count(*) FROM customers WHERE id = 2") == 1


@pytest.mark.parametrize("state", ["unknown", "revoked", "empty", "no key at all"])
def test_a_key_that_does_not_work_is_a_sentence(records, state):
    key = records.keys("new", "--role", "admin", "--owner", "alice")
    if state == "revoked":
        records.revoke(key)
    shown = {"unknown": key[:-1] + ("a" if key[-1] != "a" else "b"), "revoked": key, "empty": ""}.get(
        state, "swordfish"
    )
    file = records.database.with_name("client.key")
    file.write_text(shown)
    server = subprocess.run(
        records.command("serve", "--stdio", "--keys", str(records.key_file), "--key-file", str(file)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert (server.returncode, server.stdout) == (1, "")
    assert "error: " in server.stderr
    assert not shown or shown not in server.stderr
