"""The same promises over HTTP, with the keys that the first start shows: a key decides who is calling."""

import time

import anyio
import pytest
from conftest import MODES, TOOLS, refusal_at_the_door
from mcp import MCPError
from test_access import CALLS, denial


@pytest.mark.parametrize("role", TOOLS)
async def test_a_key_lists_exactly_the_tools_of_its_role(served, protocol, role):
    async with served.client(served.keys[role], MODES[protocol]) as client:
        assert (client.protocol_version, client.server_info.name) == (protocol, "records")
        page = await client.list_tools()
    assert [tool.name for tool in page.tools] == TOOLS[role]
    assert (page.cache_scope, page.next_cursor) == ("private", None)


@pytest.mark.parametrize("role", TOOLS)
async def test_a_key_can_call_what_it_lists_and_nothing_else(served, protocol, role):
    async with served.client(served.keys[role], MODES[protocol]) as client:
        for tool, (arguments, permission) in CALLS.items():
            if tool in TOOLS[role]:
                result = await client.call_tool(tool, arguments)
                assert not result.is_error, f"{tool}: {result.content}"
                assert served.statuses[-1] == 200
            else:
                with pytest.raises(MCPError) as refused:
                    await client.call_tool(tool, arguments)
                assert (refused.value.code, served.statuses[-1]) == (403, 403)
                assert str(refused.value) == denial(tool, permission, role)


async def test_the_answers_are_the_databases(served, protocol):
    async with served.client(served.keys["readonly"], MODES[protocol]) as client:
        record = (await client.call_tool("get_record", {"id": 42})).structured_content["customer"]
        found = (await client.call_tool("search_records", {"text": "köln"})).structured_content
    columns = ("name", "email", "city", "country", "segment", "status")
    [row] = served.records.rows(f"SELECT {', '.join(columns)} FROM customers WHERE id = 42")
    assert tuple(record[column] for column in columns) == row
    assert found["total"] == served.records.one("SELECT count(*) FROM customers WHERE city = 'Köln'") > 0


async def test_whoami_names_the_owner_of_the_key(served, protocol):
    async with served.client(served.keys["analyst"], MODES[protocol]) as client:
        identity = (await client.call_tool("whoami")).structured_content
    assert (identity["authenticated_by"], identity["subject"]) == ("api_key", "first-analyst")
    assert identity["roles"] == ["analyst"]


async def test_the_analyst_is_told_why_and_the_record_stays(served, protocol):
    before = served.records.content()
    async with served.client(served.keys["analyst"], MODES[protocol]) as client:
        with pytest.raises(MCPError) as refused:
            await client.call_tool("delete_record", {"id": 7})
    assert str(refused.value) == (
        "tool `delete_record` needs permission `delete_data`, which role `analyst` does not have"
    )
    assert (refused.value.code, served.statuses.count(403)) == (403, 1)
    assert refused.value.data["record"] in served.records.log.read_text()
    assert served.records.one("SELECT count(*) FROM customers WHERE id = 7") == 1
    assert served.records.content() == before


async def test_the_admin_deletes_and_the_record_is_gone(served, protocol):
    others = served.records.one("SELECT count(*) FROM customers WHERE id <> 7")
    async with served.client(served.keys["admin"], MODES[protocol]) as client:
        result = await client.call_tool("delete_record", {"id": 7})
    assert not result.is_error
    assert served.records.one("SELECT count(*) FROM customers WHERE id = 7") == 0
    assert served.records.one("SELECT count(*) FROM orders WHERE customer_id = 7") == 0
    assert served.records.one("SELECT count(*) FROM customers") == others


@pytest.mark.parametrize("claim", [{"role": "admin"}, {"io.modelcontextprotocol/role": "admin"}])
async def test_what_a_client_says_about_itself_gives_it_nothing(served, protocol, claim):
    async with served.client(served.keys["analyst"], MODES[protocol]) as client:
        with pytest.raises(MCPError) as refused:
            await client.call_tool("delete_record", {"id": 7}, meta=claim)
    assert refused.value.code == 403


async def test_without_a_key_nobody_gets_in(served, protocol):
    refused = await refusal_at_the_door(served.client(None, MODES[protocol]))
    assert refused.code == 401
    assert str(refused) == "this server needs to know who is calling: send `Authorization: Bearer …`"
    assert set(served.statuses) == {401}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key + "x",
        lambda key: key[:-1],
        lambda key: key[:-1] + ("a" if key[-1] != "a" else "b"),
        lambda key: key.replace("mcprbac_", "mcprbac_0"),
        lambda key: key.swapcase(),
        lambda key: "admin",
    ],
    ids=["longer", "shorter", "another secret", "another id", "another case", "a role"],
)
async def test_a_bad_key_gets_nobody_in(served, protocol, spoil):
    refused = await refusal_at_the_door(served.client(spoil(served.keys["admin"]), MODES[protocol]))
    assert (refused.code, str(refused)) == (401, "the credential is not valid")
    assert set(served.statuses) == {401}


async def test_a_revoked_key_is_refused_within_a_second(served, protocol):
    analyst, reader = served.keys["analyst"], served.keys["readonly"]
    async with (
        served.client(analyst, MODES[protocol]) as client,
        served.client(reader, MODES[protocol]) as other,
    ):
        assert not (await client.call_tool("whoami")).is_error

        served.records.revoke(analyst)
        # the promise, and some patience with a busy machine
        since, refused = time.monotonic(), None
        while refused is None and time.monotonic() < since + 3:
            try:
                await client.call_tool("whoami")
                await anyio.sleep(0.02)
            except MCPError as error:
                refused = error

        assert refused is not None, "it still works"
        assert (refused.code, str(refused)) == (401, "the credential is not valid")
        assert served.statuses[-1] == 401
        # and only that one
        assert not (await other.call_tool("whoami")).is_error
    assert (await refusal_at_the_door(served.client(analyst, MODES[protocol]))).code == 401


async def test_the_second_start_shows_no_key_and_the_first_ones_work(served, protocol):
    with served.records.http() as again:
        assert again.keys == {}
        assert "mcprbac_" not in again.said
        async with again.client(served.keys["analyst"], MODES[protocol]) as client:
            assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS["analyst"]


async def test_the_configuration_that_is_printed_works(served, protocol):
    [config] = served.configuration["mcpServers"].values()
    assert (config["type"], config["url"]) == ("http", served.url)
    key = config["headers"]["Authorization"].removeprefix("Bearer ")
    [role] = [role for role, shown in served.keys.items() if shown == key]
    async with served.client(key, MODES[protocol]) as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS[role]


async def test_equal_request_ids_of_several_callers_stay_apart(served, protocol):
    async def ask(role: str) -> None:
        async with served.client(served.keys[role], MODES[protocol]) as client:
            for _ in range(20):
                identity = (await client.call_tool("whoami")).structured_content
                assert identity["roles"] == [role]

    async with anyio.create_task_group() as callers:
        for role in TOOLS:
            callers.start_soon(ask, role)
