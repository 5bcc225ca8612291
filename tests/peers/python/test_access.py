"""What each role sees, may do, and is told, through the official client."""

import re

import pytest
from conftest import MODES, TOOLS
from mcp import MCPError

# A call of each tool that succeeds where it is allowed, with what it needs.
CALLS = {
    "delete_record": ({"id": 9}, "delete_data"),
    "get_record": ({"id": 7}, "read_data"),
    "query_customer_data": ({"country": "DE", "limit": 3}, "read_data"),
    "run_report": ({"kind": "revenue_by_segment"}, "run_reports"),
    "search_records": ({"text": "Berlin"}, "read_data"),
    "whoami": ({}, None),
    "write_record": ({"id": 8, "city": "Bonn"}, "write_data"),
}


async def test_the_client_speaks_the_protocol_that_the_test_is_about(records, protocol):
    async with records.client("analyst", MODES[protocol]) as client:
        assert client.protocol_version == protocol
        assert client.server_info.name == "records"
        assert client.instructions.startswith("Customer records")
        assert client.server_capabilities.tools is not None


async def test_a_client_may_begin_without_a_word_of_negotiation(records):
    async with records.client("analyst", "2026-07-28") as client:
        assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS["analyst"]


@pytest.mark.parametrize("role", TOOLS)
async def test_a_role_sees_exactly_its_tools(records, protocol, role):
    async with records.client(role, MODES[protocol]) as client:
        page = await client.list_tools()
    assert [tool.name for tool in page.tools] == TOOLS[role]
    assert (page.cache_scope, page.next_cursor) == ("private", None)


@pytest.mark.parametrize("role", TOOLS)
async def test_a_role_can_call_what_it_sees_and_nothing_else(records, protocol, role):
    async with records.client(role, MODES[protocol]) as client:
        for tool, (arguments, permission) in CALLS.items():
            if tool in TOOLS[role]:
                result = await client.call_tool(tool, arguments)
                assert not result.is_error, f"{tool}: {result.content}"
            else:
                with pytest.raises(MCPError) as refused:
                    await client.call_tool(tool, arguments)
                assert refused.value.code == 403
                assert str(refused.value) == denial(tool, permission, role)


async def test_the_analyst_is_told_why_and_the_record_stays(records, protocol):
    async with records.client("analyst", MODES[protocol]) as client:
        before = records.content()
        with pytest.raises(MCPError) as refused:
            await client.call_tool("delete_record", {"id": 7})
    # what a person at the client reads
    assert str(refused.value) == (
        "tool `delete_record` needs permission `delete_data`, which role `analyst` does not have"
    )
    # with which the operator finds it
    assert refused.value.data["record"] in records.log.read_text()
    assert records.one("SELECT count(*) FROM customers WHERE id = 7") == 1
    assert records.content() == before


async def test_the_admin_deletes_and_the_record_is_gone(records, protocol):
    async with records.client("admin", MODES[protocol]) as client:
        name = records.one("SELECT name FROM customers WHERE id = 7")
        orders = records.one("SELECT count(*) FROM orders WHERE customer_id = 7")
        others = records.one("SELECT count(*) FROM customers WHERE id <> 7")

        result = await client.call_tool("delete_record", {"id": 7})

        assert not result.is_error
        assert result.structured_content["customer"]["name"] == name
        assert result.structured_content["orders"] == orders > 0
        again = await client.call_tool("delete_record", {"id": 7})
        assert again.is_error
    assert records.one("SELECT count(*) FROM customers WHERE id = 7") == 0
    assert records.one("SELECT count(*) FROM orders WHERE customer_id = 7") == 0
    assert records.one("SELECT count(*) FROM notes WHERE customer_id = 7") == 0
    assert records.one("SELECT count(*) FROM customers") == others


async def test_whether_the_arguments_fit_is_nobodys_business_who_may_not_call(records, protocol):
    async with records.client("analyst", MODES[protocol]) as client:
        for arguments in ({}, {"id": "seven"}, {"id": 7, "and": "more"}, {"id": 10**9}):
            with pytest.raises(MCPError, match=re.escape(denial("delete_record", "delete_data", "analyst"))):
                await client.call_tool("delete_record", arguments)


@pytest.mark.parametrize("claim", [{"role": "admin"}, {"io.modelcontextprotocol/role": "admin"}])
async def test_what_a_client_says_about_itself_gives_it_nothing(records, protocol, claim):
    async with records.client("analyst", MODES[protocol]) as client:
        with pytest.raises(MCPError) as refused:
            await client.call_tool("delete_record", {"id": 7}, meta=claim)
        assert refused.value.code == 403
        identity = await client.call_tool("whoami", {}, meta=claim)
    assert identity.structured_content["roles"] == ["analyst"]


@pytest.mark.parametrize(
    ("role", "permissions"),
    [
        ("readonly", {"read_data"}),
        ("analyst", {"read_data", "run_reports"}),
        ("admin", {"read_data", "write_data", "delete_data", "run_reports"}),
    ],
)
async def test_whoami_says_who_is_calling(records, protocol, role, permissions):
    async with records.client(role, MODES[protocol]) as client:
        identity = (await client.call_tool("whoami")).structured_content
    assert (identity["authenticated_by"], identity["roles"]) == ("stdio", [role])
    assert set(identity["permissions"]) == permissions


async def test_the_hints_tell_reading_from_destroying(records, protocol):
    async with records.client("admin", MODES[protocol]) as client:
        tools = {tool.name: tool.annotations for tool in (await client.list_tools()).tools}
    assert [name for name, hints in tools.items() if hints.destructive_hint] == ["delete_record"]
    assert [name for name, hints in tools.items() if not hints.read_only_hint] == [
        "delete_record",
        "write_record",
    ]


def denial(tool: str, permission: str, role: str) -> str:
    return f"tool `{tool}` needs permission `{permission}`, which role `{role}` does not have"
